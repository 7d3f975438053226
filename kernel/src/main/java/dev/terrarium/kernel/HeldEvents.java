package dev.terrarium.kernel;

import dev.terrarium.kernel.store.Store;
import java.lang.reflect.Proxy;
import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.core.async.SdkPublisher;

/// Holds back every event of an answer until what it shows is durable.
record HeldEvents<R, E>(EventStreamResponseHandler<R, E> to, Store store)
    implements EventStreamResponseHandler<R, E> {
  /// The handler in the type that the operation takes, which only the SDK can implement otherwise.
  static Object of(Class<?> type, EventStreamResponseHandler<?, ?> to, Store store) {
    var held = new HeldEvents<>(to, store);
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> method.invoke(held, arguments));
  }

  @Override
  public void responseReceived(R response) {
    store.awaitDurable(store.position());
    to.responseReceived(response);
  }

  @Override
  public void onEventStream(SdkPublisher<E> events) {
    to.onEventStream(
        events.map(event -> {
          store.awaitDurable(store.position());
          return event;
        }));
  }

  @Override
  public void exceptionOccurred(Throwable thrown) {
    to.exceptionOccurred(thrown);
  }

  @Override
  public void complete() {
    to.complete();
  }
}
