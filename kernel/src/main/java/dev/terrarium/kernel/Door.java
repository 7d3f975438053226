package dev.terrarium.kernel;

import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.trace.Span;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;

/// The way of every call into a service, from the wire, from Java, from another service.
///
/// The outermost door holds the answer until it is durable: a nested call's writes and reads are
/// covered by the position that the outer call waits for. An error waits as well, since it tells
/// what the call saw.
///
/// A service that works on its own account is not held: what it does next is behind what it did
/// before in the one log, so a crash takes back the end of the work, never its beginning. What
/// cannot be taken back, because it leaves the process, waits by [Cloud#awaitDurable].
final class Door {
  /// Bound where a service works on its own account: there each call of a client is an outermost
  /// one.
  static final ScopedValue<Boolean> BACKGROUND = ScopedValue.newInstance();

  private static final System.Logger LOG = System.getLogger(Door.class.getName());

  private final Cloud cloud;

  Door(Cloud cloud) {
    this.cloud = cloud;
  }

  @Nullable Object call(
      Call call, Service service, Operation operation, @Nullable Object[] arguments) {
    var startMillis = cloud.clock().millis();
    var startTicks = cloud.clock().ticks();
    var own = BACKGROUND.isBound() && BACKGROUND.get();
    var outermost = Call.currentOrNull() == null;
    var error = "";
    try {
      return ScopedValue.where(Call.CURRENT, call)
          .where(BACKGROUND, false)
          .call(() -> serve(call, service, operation, arguments));
    } catch (AwsServiceException e) {
      error = Errors.code(e);
      throw own && cloud.closed && e.statusCode() >= 500 ? ending(e) : e;
    } catch (RuntimeException e) {
      error = "InternalFailure";
      if (own && cloud.closed) {
        throw ending(e);
      }
      LOG.log(System.Logger.Level.ERROR, "Serving " + call.service() + ":" + operation, e);
      throw Errors.of(500, error, "An internal error occurred. Request id: " + call.requestId());
    } finally {
      if (own) {
        cloud.store().hasten();
      } else if (outermost) {
        cloud.awaitDurable();
      }
      cloud.meter().count(call.service() + ":" + call.operation(), 1);
      record(call, startMillis, startTicks, error);
    }
  }

  /// What a service's own work is told when the cloud closes beneath it: not that what it asked for
  /// failed, of which it might take note and go on. It is to end, and to do it again next time.
  private static CancellationException ending(RuntimeException cause) {
    var ending = new CancellationException("Terrarium is shutting down");
    ending.initCause(cause);
    return ending;
  }

  <T> T hop(String service, String operation, Supplier<T> work) {
    var outer = Call.current();
    var call =
        new Call(
            outer.scope(),
            outer.principal(),
            cloud.ids().uuid(),
            service,
            operation,
            cloud.trace().after(outer.cause()),
            outer.endpoint(),
            outer.sourceIp());
    var startMillis = cloud.clock().millis();
    var startTicks = cloud.clock().ticks();
    var error = "";
    try {
      return ScopedValue.where(Call.CURRENT, call).call(work::get);
    } catch (AwsServiceException e) {
      error = Errors.code(e);
      throw e;
    } catch (RuntimeException e) {
      error = "InternalFailure";
      throw e;
    } finally {
      record(call, startMillis, startTicks, error);
    }
  }

  private void record(Call call, long startMillis, long startTicks, String error) {
    cloud
        .trace()
        .record(
            new Span(
                call.cause(),
                call.requestId(),
                call.account(),
                call.region(),
                call.service(),
                call.operation(),
                Instant.ofEpochMilli(startMillis),
                Duration.ofNanos(cloud.clock().ticks() - startTicks),
                error));
  }

  private Object serve(
      Call call, Service service, Operation operation, @Nullable Object[] arguments) {
    try {
      cloud.authoriser().authorise(call, operation, (SdkPojo) Objects.requireNonNull(arguments[0]));
      if (cloud.faults().isPlanned()) {
        cloud.faults().pass("call:" + call.service() + ":" + operation.name(), call.region());
      }
      return service.serve(operation, held(operation, arguments));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// A streaming answer leaves while it is served, so it waits here until what it shows is durable.
  private @Nullable Object[] held(Operation operation, @Nullable Object[] arguments) {
    var last = arguments.length - 1;
    if (arguments[last] instanceof EventStreamResponseHandler<?, ?> given) {
      var type = operation.method().getParameterTypes()[last];
      var held = arguments.clone();
      held[last] = HeldEvents.of(type, given, cloud.store());
      return held;
    }
    if (!operation.streamsOut() || !(arguments[last] instanceof ResponseTransformer<?, ?> given)) {
      return arguments;
    }
    var held = arguments.clone();
    held[last] = new HeldTransformer<>(given);
    return held;
  }

  private final class HeldTransformer<R, T> implements ResponseTransformer<R, T> {
    private final ResponseTransformer<R, T> delegate;

    HeldTransformer(ResponseTransformer<R, T> delegate) {
      this.delegate = delegate;
    }

    @Override
    public T transform(R response, AbortableInputStream body) throws Exception {
      cloud.awaitDurable();
      return delegate.transform(response, body);
    }

    @Override
    public boolean needsConnectionLeftOpen() {
      return delegate.needsConnectionLeftOpen();
    }
  }

  /// An SDK client that ends here instead of at a socket.
  ///
  /// @param type the service's synchronous client interface, or its asynchronous one
  Object client(
      Class<?> type, Service service, @Nullable Scope scope, @Nullable Principal principal) {
    var client = new Client(service, scope, principal);
    InvocationHandler handler =
        type == service.client() ? client : new AsyncClient(service, client::send, client);
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  private final class Client implements InvocationHandler {
    private final Service service;
    private final @Nullable Scope scope;
    private final @Nullable Principal principal;

    Client(Service service, @Nullable Scope scope, @Nullable Principal principal) {
      this.service = service;
      this.scope = scope;
      this.principal = principal;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
        throws Throwable {
      var operation = service.model().of(method);
      if (operation != null && args != null) {
        return send(operation, args);
      }
      if (method.isDefault()) {
        return InvocationHandler.invokeDefault(proxy, method, args);
      }
      return switch (method.getName()) {
        case "close" -> null;
        case "serviceName" -> service.model().signingName();
        case "toString" -> "Terrarium's client of " + service.name();
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> args != null && args[0] == proxy;
        default -> throw new UnsupportedOperationException(method.getName());
      };
    }

    @Nullable Object send(Operation operation, @Nullable Object[] args) {
      var call = newCall(operation);
      args[0] = service.sent(Objects.requireNonNull(args[0]), call.scope());
      return call(call, service, operation, args);
    }

    private Call newCall(Operation operation) {
      var outer = Call.currentOrNull();
      var callScope = scope;
      var caller = principal;
      if (callScope == null) {
        callScope = outer == null ? cloud.defaultScope() : outer.scope();
      }
      if (caller == null) {
        caller = outer == null ? Principal.root(callScope.account()) : outer.principal();
      }
      var cause = outer == null ? cloud.trace().begin() : cloud.trace().after(outer.cause());
      return new Call(
          callScope,
          caller,
          cloud.ids().uuid(),
          service.name(),
          operation.name(),
          cause,
          outer == null ? cloud.endpoint() : outer.endpoint(),
          outer == null ? "127.0.0.1" : outer.sourceIp(),
          outer == null ? "" : outer.service());
    }
  }
}
