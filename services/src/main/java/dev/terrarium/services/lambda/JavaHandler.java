package dev.terrarium.services.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Java function's handler, in whichever of AWS's forms it is written: a `RequestHandler`, a
/// `RequestStreamHandler`, or any public method of a class.
///
/// Used in this JVM and in a process of its own, so it knows nothing of Terrarium.
@FunctionalInterface
interface JavaHandler {
  /// Handles one event.
  byte[] handle(byte[] payload, Context context) throws Throwable;

  /// Loads `package.Class` or `package.Class::method`; makes the instance.
  static JavaHandler load(ClassLoader loader, String handler) throws Throwable {
    var parts = handler.split("::", 2);
    Class<?> type;
    try {
      type = Class.forName(parts[0], true, loader);
    } catch (ClassNotFoundException e) {
      throw new ClassNotFoundException("Class not found: " + parts[0], e);
    }
    var name = parts.length == 1 ? "handleRequest" : parts[1];
    var isInterfaceMethod = name.equals("handleRequest");
    if (isInterfaceMethod && RequestStreamHandler.class.isAssignableFrom(type)) {
      var instance = (RequestStreamHandler) instantiate(type);
      return (payload, context) -> {
        var out = new ByteArrayOutputStream();
        instance.handleRequest(new ByteArrayInputStream(payload), out, context);
        return out.toByteArray();
      };
    }
    if (isInterfaceMethod && RequestHandler.class.isAssignableFrom(type)) {
      return ofInterface(type, loader);
    }
    return ofMethod(type, name, loader);
  }

  private static JavaHandler ofInterface(Class<?> type, ClassLoader loader) throws Throwable {
    @SuppressWarnings("unchecked")
    var instance = (RequestHandler<Object, Object>) instantiate(type);
    var parameters = parameters(type, new HashMap<>());
    var input = reader(parameters[0], loader);
    return (payload, context) ->
        write(instance.handleRequest(input.read(payload), context), loader);
  }

  private static JavaHandler ofMethod(Class<?> type, String name, ClassLoader loader)
      throws Throwable {
    var method =
        Stream.of(type.getMethods())
            .filter(m -> m.getName().equals(name) && !m.isBridge() && isHandler(m))
            .max(
                Comparator.comparingInt(Method::getParameterCount)
                    .thenComparing(m -> endsWithContext(m)))
            .orElseThrow(() ->
                new NoSuchMethodException(
                    "No public method named "
                        + name
                        + " with appropriate method signature found on class "
                        + type.getName()));
    var instance = Modifier.isStatic(method.getModifiers()) ? null : instantiate(type);
    method.setAccessible(true);
    var types = method.getGenericParameterTypes();
    var withContext = endsWithContext(method);
    var count = types.length - (withContext ? 1 : 0);
    if (count == 2) {
      return (payload, context) -> {
        var out = new ByteArrayOutputStream();
        var in = new ByteArrayInputStream(payload);
        var arguments = withContext ? new Object[] {in, out, context} : new Object[] {in, out};
        call(method, instance, arguments);
        return out.toByteArray();
      };
    }
    var input = count == 0 ? null : reader(types[0], loader);
    return (payload, context) -> {
      var arguments = new @Nullable Object[types.length];
      if (input != null) {
        arguments[0] = input.read(payload);
      }
      if (withContext) {
        arguments[types.length - 1] = context;
      }
      return write(call(method, instance, arguments), loader);
    };
  }

  private static boolean isHandler(Method method) {
    var types = method.getParameterTypes();
    var count = types.length - (endsWithContext(method) ? 1 : 0);
    return count <= 1
        || count == 2 && types[0] == InputStream.class && types[1] == OutputStream.class;
  }

  private static boolean endsWithContext(Method method) {
    var types = method.getParameterTypes();
    return types.length > 0 && types[types.length - 1] == Context.class;
  }

  private static @Nullable Object call(
      Method method, @Nullable Object instance, @Nullable Object[] arguments) throws Throwable {
    try {
      return method.invoke(instance, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static Object instantiate(Class<?> type) throws Throwable {
    try {
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    } catch (NoSuchMethodException e) {
      throw new NoSuchMethodException(
          "Class " + type.getName() + " has no public zero-argument constructor");
    }
  }

  /// Makes the handler's input from an event.
  @FunctionalInterface
  interface Reader {
    @Nullable Object read(byte[] payload);
  }

  @SuppressWarnings("unchecked")
  private static Reader reader(Type type, ClassLoader loader) {
    if (type == InputStream.class) {
      return ByteArrayInputStream::new;
    } else if (type == byte[].class) {
      return payload -> payload;
    }
    PojoSerializer<Object> serializer;
    if (type instanceof Class<?> plain
        && LambdaEventSerializers.isLambdaSupportedEvent(plain.getName())) {
      serializer = (PojoSerializer<Object>) LambdaEventSerializers.serializerFor(plain, loader);
    } else {
      serializer = JacksonFactory.getInstance().getSerializer(type);
    }
    return payload -> serializer.fromJson(new ByteArrayInputStream(payload));
  }

  @SuppressWarnings("unchecked")
  private static byte[] write(@Nullable Object result, ClassLoader loader) throws Throwable {
    if (result == null) {
      return new byte[] {'n', 'u', 'l', 'l'};
    } else if (result instanceof InputStream in) {
      return in.readAllBytes();
    }
    var type = (Class<Object>) result.getClass();
    PojoSerializer<Object> serializer =
        LambdaEventSerializers.isLambdaSupportedEvent(type.getName())
            ? LambdaEventSerializers.serializerFor(type, loader)
            : JacksonFactory.getInstance().getSerializer(type);
    var out = new ByteArrayOutputStream();
    serializer.toJson(result, out);
    return out.toByteArray();
  }

  /// The `I` and `O` of a class's `RequestHandler<I, O>`, through whatever it inherits.
  private static Type[] parameters(Type type, Map<TypeVariable<?>, Type> known) {
    var found = search(type, known);
    return found == null ? new Type[] {Object.class, Object.class} : found;
  }

  private static Type @Nullable [] search(@Nullable Type type, Map<TypeVariable<?>, Type> known) {
    if (type == null) {
      return null;
    }
    Class<?> raw;
    if (type instanceof ParameterizedType parameterized) {
      raw = (Class<?>) parameterized.getRawType();
      var arguments = parameterized.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        known.put(raw.getTypeParameters()[i], resolve(arguments[i], known));
      }
    } else {
      raw = (Class<?>) type;
    }
    if (raw == RequestHandler.class) {
      var variables = raw.getTypeParameters();
      return new Type[] {resolve(variables[0], known), resolve(variables[1], known)};
    }
    for (var inherited : raw.getGenericInterfaces()) {
      var found = search(inherited, known);
      if (found != null) {
        return found;
      }
    }
    return search(raw.getGenericSuperclass(), known);
  }

  private static Type resolve(Type type, Map<TypeVariable<?>, Type> known) {
    return type instanceof TypeVariable<?> variable
        ? known.getOrDefault(variable, Object.class)
        : type;
  }
}
