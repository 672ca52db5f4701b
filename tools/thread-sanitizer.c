// Tells the thread sanitizer what happens within Swift's libraries, which it does not watch. Linked
// into the program by tools/sanitize.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The mutexes of the Synchronization module. Their fast path is inlined, and seen, where they are
// used. The slow path, where the kernel hands a contended mutex on, lies in the library: without
// this, each such turn looks like a race. These come before the library's, and call them.

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

void __tsan_acquire(void *address);
void __tsan_release(void *address);

SWIFT void lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT bool try_lock(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT void unlock(SELF void *mutex) __asm__(UNLOCK);

static void *next(const char *symbol) { return dlsym(RTLD_NEXT, symbol); }

SWIFT void lock(uint32_t thread, SELF void *mutex) {
  ((SWIFT void (*)(uint32_t, SELF void *))next(LOCK))(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT bool try_lock(SELF void *mutex) {
  bool locked = ((SWIFT bool (*)(SELF void *))next(TRY_LOCK))(mutex);
  if (locked) __tsan_acquire(mutex);
  return locked;
}

SWIFT void unlock(SELF void *mutex) {
  __tsan_release(mutex);
  ((SWIFT void (*)(SELF void *))next(UNLOCK))(mutex);
}

// Continuations. Where one is resumed before its task has come to wait for it, the task goes on at
// once, and the library does not say so.

#define ASYNC __attribute__((swiftasynccall))

SWIFT void *swift_task_getCurrent(void);
SWIFT void resume(void *task) __asm__("swift_continuation_resume");
SWIFT void throwing_resume(void *task) __asm__("swift_continuation_throwingResume");
ASYNC void await(void *context) __asm__("swift_continuation_await");

SWIFT void resume(void *task) {
  __tsan_release(task);
  ((SWIFT void (*)(void *))next("swift_continuation_resume"))(task);
}

SWIFT void throwing_resume(void *task) {
  __tsan_release(task);
  ((SWIFT void (*)(void *))next("swift_continuation_throwingResume"))(task);
}

ASYNC void await(void *context) {
  __tsan_acquire(swift_task_getCurrent());
  __attribute__((musttail)) return ((ASYNC void (*)(void *))next(
      "swift_continuation_await"))(context);
}

// DispatchQueue.concurrentPerform: the library's threads are not watched, so it gets others.

struct block {
  void *isa;
  int flags, reserved;
  void (*invoke)(struct block *, size_t);
};

struct turn {
  struct block *work;
  size_t index;
  pthread_t thread;
};

static void *take(void *argument) {
  struct turn *turn = argument;
  turn->work->invoke(turn->work, turn->index);
  return NULL;
}

void dispatch_apply(size_t count, void *queue, struct block *work) {
  struct turn turns[count];
  for (size_t index = 0; index < count; index++) {
    turns[index] = (struct turn){work, index, 0};
    pthread_create(&turns[index].thread, NULL, take, &turns[index]);
  }
  for (size_t index = 0; index < count; index++) pthread_join(turns[index].thread, NULL);
}

// Making an array of no elements writes the count 0 over the count 0 of the one empty array that all
// threads share.
const char *__tsan_default_suppressions(void) { return "race:_swiftEmptyArrayStorage\n"; }
