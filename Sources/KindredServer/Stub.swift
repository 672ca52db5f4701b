import Hummingbird
import Configuration
import Metrics
import ServiceLifecycle
import NIOPosix
enum ServerStub { static func x() -> Router<BasicRequestContext> { Router() } }
