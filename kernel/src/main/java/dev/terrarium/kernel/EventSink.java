package dev.terrarium.kernel;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;

/// Where an operation that answers with a stream of events puts them, one after another, from the
/// thread that serves the call.
///
/// Such operations exist only in the SDK's asynchronous clients. A service's part implements that
/// client, overrides the operation, and answers in it with [#answer]; the code stays a plain loop:
///
/// ```
/// EventSink.answer(handler, response, sink -> {
///   while (more() && sink.send(next())) {}
/// });
/// ```
///
/// @param <E> the SDK's type of the events
public final class EventSink<E> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Subscriber<? super E> listener;
  private long wanted;
  private boolean gone;

  private EventSink() {}

  /// Answers a call: first with the response, then with the events that `work` sends. Returns when
  /// the last has been handed over, or the listener has gone.
  ///
  /// @throws RuntimeException what `work` throws, after the listener has been told
  public static <R, E> void answer(
      EventStreamResponseHandler<R, E> handler, R response, Consumer<EventSink<E>> work) {
    handler.responseReceived(response);
    var sink = new EventSink<E>();
    handler.onEventStream(sink::listen);
    var listener = sink.awaitListener();
    try {
      work.accept(sink);
    } catch (RuntimeException e) {
      listener.onError(e);
      throw e;
    }
    if (!sink.isGone()) {
      listener.onComplete();
      handler.complete();
    }
  }

  /// Hands over the next event, as soon as the listener wants one.
  ///
  /// @return false if the listener has gone; then nobody will see this event or a later one
  public boolean send(E event) {
    var to = awaitListener();
    lock.lock();
    try {
      while (wanted == 0 && !gone) {
        changed.await();
      }
      if (gone) {
        return false;
      }
      wanted--;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gone = true;
      return false;
    } finally {
      lock.unlock();
    }
    to.onNext(event);
    return !isGone();
  }

  /// Whether nobody listens any more.
  public boolean isGone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  private void listen(Subscriber<? super E> subscriber) {
    subscriber.onSubscribe(new Demand());
    lock.lock();
    try {
      if (listener != null) {
        subscriber.onError(new IllegalStateException("The events of an answer are heard once"));
        return;
      }
      listener = subscriber;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Subscriber<? super E> awaitListener() {
    lock.lock();
    try {
      while (listener == null) {
        changed.await();
      }
      return listener;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.of(503, "ServiceUnavailable", "Terrarium is shutting down");
    } finally {
      lock.unlock();
    }
  }

  private final class Demand implements Subscription {
    @Override
    public void request(long events) {
      lock.lock();
      try {
        wanted = wanted + events < wanted ? Long.MAX_VALUE : wanted + events;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void cancel() {
      lock.lock();
      try {
        gone = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
