#pragma once
#include <array>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace spof::engine {

/// Memory of coroutine frames: a freed frame is kept for the next one of its size class (64 bytes).
/// Under sanitizers every frame is allocated afresh, so that they see each one's life.
class FramePool {
 public:
  static inline std::size_t live = 0;  ///< frames in existence

  static void* take(std::size_t bytes) {
    ++live;
    if (!pooled(bytes)) return ::operator new(bytes);
    Freed*& first = free_[size_class(bytes)];
    if (!first) return ::operator new(size_class(bytes) * step);
    return std::exchange(first, first->next);
  }
  static void give(void* frame, std::size_t bytes) noexcept {
    --live;
    if (!pooled(bytes)) return ::operator delete(frame);
    Freed*& first = free_[size_class(bytes)];
    first = new (frame) Freed{first};
  }

 private:
  static constexpr std::size_t step = 64, classes = 64;
#ifdef SPOF_SANITIZED
  static constexpr bool pooled(std::size_t) { return false; }
#else
  static constexpr bool pooled(std::size_t bytes) { return bytes <= step * (classes - 1); }
#endif
  static constexpr std::size_t size_class(std::size_t bytes) { return (bytes + step - 1) / step; }
  struct Freed {
    Freed* next;
  };
  static inline std::array<Freed*, classes> free_{};
};

/// Runs coroutines without nesting: whoever wants another one resumed names it as the next. The
/// stack's depth is constant at every optimisation level; symmetric transfer needs -O2 for that
/// with g++ 12.
class Trampoline {
 public:
  static void run(std::coroutine_handle<> first) {
    next_ = first;
    while (next_) std::exchange(next_, {}).resume();
  }
  static void then(std::coroutine_handle<> next) noexcept { next_ = next; }

 private:
  static inline std::coroutine_handle<> next_;
};

class Jobs;

struct PromiseBase {
  std::coroutine_handle<> caller;  ///< who awaits this coroutine; none for a job
  Jobs* jobs = nullptr;            ///< the list that owns it; none for an awaited coroutine
  PromiseBase* before = nullptr;
  PromiseBase* after = nullptr;

  static void* operator new(std::size_t bytes) { return FramePool::take(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    FramePool::give(frame, bytes);
  }

  struct Final {
    bool await_ready() noexcept { return false; }
    template <class AnyPromise>
    void await_suspend(std::coroutine_handle<AnyPromise> done) noexcept;
    void await_resume() noexcept {}
  };
  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() { std::terminate(); }  // a programmer's error: daemons throw nothing
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  auto get_return_object() { return std::coroutine_handle<Promise>::from_promise(*this); }
  void return_value(T result) { value.emplace(std::move(result)); }
  T take() { return std::move(*value); }
};
template <>
struct Promise<void> : PromiseBase {
  auto get_return_object() { return std::coroutine_handle<Promise>::from_promise(*this); }
  void return_void() {}
  void take() {}
};

/// A lazily started coroutine. Whoever holds the Task owns the frame: destroying it at any
/// suspension point destroys the coroutine, and what it awaits, from the outside in.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;
  Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }
  Handle release() { return std::exchange(handle_, {}); }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) noexcept {
    handle_.promise().caller = caller;
    Trampoline::then(handle_);
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

/// The coroutines of a process that nobody awaits: one per request in service, one per background
/// loop. Owns their frames; destroys them in the order of their start (so resets are
/// deterministic).
class Jobs {
 public:
  using Handle = Task<>::Handle;

  Jobs() = default;
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  ~Jobs() { destroy_all(); }

  /// Runs the job up to its first wait. From within another job it runs after that one has paused.
  void start(Task<> task) {
    Handle job = task.release();
    link(job.promise());
    if (running_) return started_.push_back(job);
    run(job);
  }
  /// Resumes a coroutine of this process, then those it started; frees the jobs that have ended.
  void run(std::coroutine_handle<> waiter) {
    running_ = true;
    Trampoline::run(waiter);
    for (std::size_t i = 0; i < started_.size(); ++i) Trampoline::run(started_[i]);
    started_.clear();
    running_ = false;
    while (!ended_.empty()) {
      Handle job = ended_.back();
      ended_.pop_back();
      destroy(job);
    }
  }
  void destroy(Handle job) {
    unlink(job.promise());
    job.destroy();
  }
  void destroy_all() {
    ended_.clear();
    while (first_) destroy(Handle::from_promise(static_cast<Promise<void>&>(*first_)));
  }
  void has_ended(Handle job) { ended_.push_back(job); }
  std::size_t size() const { return size_; }

 private:
  void link(PromiseBase& job) {
    job.jobs = this;
    job.before = last_;
    (last_ ? last_->after : first_) = &job;
    last_ = &job;
    ++size_;
  }
  void unlink(PromiseBase& job) {
    (job.before ? job.before->after : first_) = job.after;
    (job.after ? job.after->before : last_) = job.before;
    --size_;
  }
  PromiseBase* first_ = nullptr;
  PromiseBase* last_ = nullptr;
  std::size_t size_ = 0;
  bool running_ = false;
  std::vector<Handle> started_, ended_;
};

template <class AnyPromise>
void PromiseBase::Final::await_suspend(std::coroutine_handle<AnyPromise> done) noexcept {
  PromiseBase& promise = done.promise();
  if constexpr (std::is_same_v<AnyPromise, Promise<void>>)
    if (promise.jobs) promise.jobs->has_ended(done);
  Trampoline::then(promise.caller);
}

}  // namespace spof::engine
