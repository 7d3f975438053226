package dev.terrarium.conformance;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;

/// A service that remembers what it was asked and answers what it was told to.
final class Recording implements ServicePackage {
  /// Not public, so that the proxy's class is made beside it, where the kernel may call it.
  interface Part {}

  private final String name;
  private final Class<?> client;
  volatile SdkPojo request;
  volatile byte[] body;
  volatile SdkPojo answer;
  volatile byte[] answerBody = new byte[0];
  volatile Function<SdkPojo, RuntimeException> failure = asked -> null;

  Recording(String name, Class<?> client) {
    this.name = name;
    this.client = client;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String clientInterface() {
    return client.getName();
  }

  @Override
  public List<?> open(Cloud cloud) {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "close" -> null;
              case "toString" -> "recording " + name;
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              default -> serve(arguments);
            };
    return List.of(
        Proxy.newProxyInstance(
            Recording.class.getClassLoader(), new Class<?>[] {client, Part.class}, handler));
  }

  @SuppressWarnings("unchecked")
  private Object serve(Object[] arguments) throws Exception {
    request = (SdkPojo) arguments[0];
    body = null;
    if (arguments.length > 1 && arguments[1] instanceof RequestBody given) {
      try (var in = given.contentStreamProvider().newStream()) {
        body = in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    var thrown = failure.apply(request);
    if (thrown != null) {
      throw thrown;
    }
    if (arguments[arguments.length - 1] instanceof ResponseTransformer<?, ?> transformer) {
      return ((ResponseTransformer<SdkPojo, ?>) transformer)
          .transform(answer, AbortableInputStream.create(new ByteArrayInputStream(answerBody)));
    }
    return answer;
  }
}
