"""Makes the wheel one of a binary: `PACKAGE_BINARY` names the file, `PACKAGE_PLATFORM` the platform tag."""
import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelOfBinary(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + os.environ["PACKAGE_PLATFORM"]
        build_data["force_include"][os.environ["PACKAGE_BINARY"]] = "kindred_db/bin/kindred"
