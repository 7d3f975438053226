package dev.terrarium.kernel;

import dev.terrarium.kernel.model.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.utils.async.InputStreamSubscriber;

/// The SDK's asynchronous client of a service: each call is one of the synchronous client on a
/// virtual thread of its own.
final class AsyncClient implements InvocationHandler {
  private static final int CHUNK_BYTES = 64 * 1024;

  /// How a call is made; the same for both kinds of client.
  interface Calls {
    @Nullable Object call(Operation operation, @Nullable Object[] arguments);
  }

  private final Service service;
  private final Calls calls;
  private final InvocationHandler otherwise;

  AsyncClient(Service service, Calls calls, InvocationHandler otherwise) {
    this.service = service;
    this.calls = calls;
    this.otherwise = otherwise;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    var operation = operation(method);
    if (operation == null || args == null) {
      return otherwise.invoke(proxy, method, args);
    }
    var result = new CompletableFuture<@Nullable Object>();
    Thread.ofVirtual()
        .name(service.name() + ":" + operation.name())
        .start(() -> run(operation, args, result));
    return result;
  }

  /// The operation that a method of the asynchronous client is; some methods only prepare one.
  private @Nullable Operation operation(Method method) {
    var parameters = method.getParameterTypes();
    if (method.getReturnType() != CompletableFuture.class || parameters.length == 0) {
      return null;
    }
    for (var i = 1; i < parameters.length; i++) {
      if (parameters[i] != AsyncRequestBody.class
          && parameters[i] != AsyncResponseTransformer.class
          && !EventStreamResponseHandler.class.isAssignableFrom(parameters[i])) {
        return null;
      }
    }
    return service.model().taking(parameters[0]);
  }

  private void run(
      Operation operation, @Nullable Object[] given, CompletableFuture<@Nullable Object> result) {
    CompletableFuture<?> transformed = null;
    try {
      var arguments = given.clone();
      for (var i = 1; i < arguments.length; i++) {
        if (arguments[i] instanceof AsyncRequestBody body) {
          arguments[i] = blocking(body);
        } else if (arguments[i] instanceof AsyncResponseTransformer<?, ?> transformer) {
          transformed = transformer.prepare();
          arguments[i] = blocking(transformer);
        }
      }
      var answer = calls.call(operation, arguments);
      if (transformed == null) {
        result.complete(answer);
      } else {
        result.complete(transformed.get());
      }
    } catch (ExecutionException e) {
      result.completeExceptionally(e.getCause());
    } catch (Throwable e) {
      for (var argument : given) {
        if (argument instanceof AsyncResponseTransformer<?, ?> transformer) {
          transformer.exceptionOccurred(e);
        } else if (argument instanceof EventStreamResponseHandler<?, ?> handler) {
          handler.exceptionOccurred(e);
        }
      }
      result.completeExceptionally(e);
    }
  }

  private static RequestBody blocking(AsyncRequestBody body) {
    var length = body.contentLength();
    var type = body.contentType();
    return length.isPresent()
        ? RequestBody.fromContentProvider(() -> stream(body), length.get(), type)
        : RequestBody.fromContentProvider(() -> stream(body), type);
  }

  private static InputStream stream(AsyncRequestBody body) {
    var stream = new InputStreamSubscriber();
    body.subscribe(stream);
    return stream;
  }

  private static <R> ResponseTransformer<R, Object> blocking(
      AsyncResponseTransformer<R, ?> transformer) {
    return (response, in) -> {
      EventSink.answer(
          new Transformed<>(transformer),
          response,
          sink -> {
            try (in) {
              var chunk = in.readNBytes(CHUNK_BYTES);
              while (chunk.length > 0 && sink.send(ByteBuffer.wrap(chunk))) {
                chunk = in.readNBytes(CHUNK_BYTES);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      return true;
    };
  }

  /// A body's chunks are events like any other.
  private record Transformed<R>(AsyncResponseTransformer<R, ?> to)
      implements EventStreamResponseHandler<R, ByteBuffer> {
    @Override
    public void responseReceived(R response) {
      to.onResponse(response);
    }

    @Override
    public void onEventStream(SdkPublisher<ByteBuffer> publisher) {
      to.onStream(publisher);
    }

    @Override
    public void exceptionOccurred(Throwable thrown) {
      to.exceptionOccurred(thrown);
    }

    @Override
    public void complete() {
      // The transformer's own future says so.
    }
  }
}
