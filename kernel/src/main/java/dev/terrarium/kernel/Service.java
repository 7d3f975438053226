package dev.terrarium.kernel;

import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.ServiceModel;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A service of a [Cloud]: its model at once, its parts when it is first used.
public final class Service {
  private final Cloud cloud;
  private final ServicePackage definition;
  private final Class<?> client;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable ServiceModel model;
  private volatile @Nullable Parts parts;

  private record Parts(
      List<?> objects, Map<String, MethodHandle> handlers, @Nullable Guard guard) {}

  Service(Cloud cloud, ServicePackage definition, Class<?> client) {
    this.cloud = cloud;
    this.definition = definition;
    this.client = client;
  }

  /// The service's name in Terrarium, such as `sqs`.
  public String name() {
    return definition.name();
  }

  /// The client interface.
  public Class<?> client() {
    return client;
  }

  /// What the SDK knows about the service.
  public ServiceModel model() {
    var read = model;
    if (read == null) {
      opening.lock();
      try {
        read = model;
        if (read == null) {
          read = new ServiceModel(client);
          model = read;
        }
      } finally {
        opening.unlock();
      }
    }
    return read;
  }

  /// The names of the operations that the service implements.
  public Set<String> supported() {
    return new TreeSet<>(parts().handlers.keySet());
  }

  /// What tells which permissions calls need, or null if the service has no such part.
  public @Nullable Guard guard() {
    return parts().guard;
  }

  /// Whether it hears what others tell. Does not open the service.
  boolean hears() {
    return definition.hears();
  }

  /// The part that hears what others tell, if [#hears].
  Audience audience() {
    for (var part : parts().objects) {
      if (part instanceof Audience audience) {
        return audience;
      }
    }
    throw new IllegalStateException(name() + " has no audience");
  }

  /// Brings the service to life, if it is not.
  public void open() {
    parts();
  }

  /// Who decides what is allowed, if this is the service that does; null otherwise.
  @Nullable Authoriser authoriser() {
    return definition.authoriser(cloud);
  }

  /// What it answers over plain HTTP. Does not open the service.
  public List<WebEndpoint> webEndpoints() {
    return definition.webEndpoints(cloud);
  }

  /// The resource types that it brings to CloudFormation.
  public List<ResourceType> resourceTypes() {
    return definition.resourceTypes(cloud);
  }

  /// The request as the SDK's own client would send it.
  Object sent(Object request, Scope scope) {
    return definition.sent(request, scope);
  }

  /// Serves one call with the service's own method.
  Object serve(Operation operation, @Nullable Object[] arguments) throws Throwable {
    var handler = parts().handlers.get(operation.name());
    if (handler == null) {
      throw Errors.notImplemented(name(), operation.name());
    }
    return switch (arguments.length) {
      case 1 -> handler.invoke(arguments[0]);
      case 2 -> handler.invoke(arguments[0], arguments[1]);
      default -> handler.invoke(arguments[0], arguments[1], arguments[2]);
    };
  }

  void close() {
    opening.lock();
    try {
      var open = parts;
      parts = null;
      if (open != null) {
        for (var part : open.objects) {
          if (part instanceof AutoCloseable closeable && !client.isInstance(part)) {
            close(closeable);
          } else if (part instanceof AutoCloseable closeable && overridesClose(part)) {
            close(closeable);
          }
        }
      }
    } finally {
      opening.unlock();
    }
  }

  private static boolean overridesClose(Object part) {
    try {
      return !part.getClass().getMethod("close").getDeclaringClass().isInterface();
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      System.getLogger(Service.class.getName())
          .log(System.Logger.Level.WARNING, "Closing " + name() + " failed", e);
    }
  }

  private Parts parts() {
    var open = parts;
    if (open == null) {
      opening.lock();
      try {
        open = parts;
        if (open == null) {
          if (cloud.closed) {
            throw Errors.of(503, "ServiceUnavailable", "Terrarium is shutting down");
          }
          var objects = definition.open(cloud);
          open = new Parts(objects, handlers(objects), guard(objects));
          parts = open;
        }
      } finally {
        opening.unlock();
      }
    }
    return open;
  }

  private static @Nullable Guard guard(List<?> objects) {
    for (var object : objects) {
      if (object instanceof Guard guard) {
        return guard;
      }
    }
    return null;
  }

  private Map<String, MethodHandle> handlers(List<?> objects) {
    var handlers = new HashMap<String, MethodHandle>();
    for (var operation : model().operations()) {
      for (var part : objects) {
        var own = own(part, operation.method());
        if (own != null && handlers.putIfAbsent(operation.name(), own) != null) {
          throw new IllegalStateException("Two parts of " + name() + " serve " + operation.name());
        }
      }
    }
    return handlers;
  }

  /// The part's own method, or null if it has only the interface's default, which refuses.
  private static @Nullable MethodHandle own(Object part, Method method) {
    if (!method.getDeclaringClass().isInstance(part)) {
      return null;
    }
    try {
      var found = part.getClass().getMethod(method.getName(), method.getParameterTypes());
      if (found.getDeclaringClass().isInterface()) {
        return null;
      }
      found.setAccessible(true);
      var handle = MethodHandles.lookup().unreflect(found).bindTo(part);
      return handle.asType(MethodType.genericMethodType(method.getParameterCount()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot call " + method + " of " + part.getClass(), e);
    }
  }
}
