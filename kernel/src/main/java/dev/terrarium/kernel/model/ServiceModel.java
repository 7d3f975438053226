package dev.terrarium.kernel.model;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.eventstream.EventStreamResponseHandler;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.protocols.core.OperationInfo;

/// What the SDK knows about one service, read by reflection from its client interface and the
/// marshallers that the SDK generated beside it. Nothing here is written by hand per service.
public final class ServiceModel {
  private final Class<?> client;
  private final String signingName;
  private final Map<String, Operation> operations = new TreeMap<>();
  private final Map<Method, Operation> byMethod = new HashMap<>();
  private final Map<Class<?>, Operation> byRequest = new HashMap<>();
  private @Nullable Protocol protocol;

  /// Reads the model of a synchronous client interface, such as `SqsClient.class`.
  public ServiceModel(Class<?> client) {
    this.client = client;
    try {
      this.signingName = (String) client.getField("SERVICE_NAME").get(null);
      for (var method : client.getMethods()) {
        var operation = operation(method);
        if (operation != null) {
          add(operation);
        }
      }
      addEventOperations();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Not a client interface of the SDK: " + client, e);
    }
  }

  /// The client interface.
  public Class<?> client() {
    return client;
  }

  /// The name in the credential scope of a signature, such as `sqs` or `monitoring`.
  public String signingName() {
    return signingName;
  }

  /// The protocol of the SDK.
  public Protocol protocol() {
    if (protocol == null) {
      throw new IllegalStateException(client + " has no operations");
    }
    return protocol;
  }

  /// Every operation that the SDK knows, by name.
  public Collection<Operation> operations() {
    return operations.values();
  }

  /// An operation by AWS's name, or null.
  public @Nullable Operation operation(String name) {
    return operations.get(name);
  }

  /// The operation that a method of the client interface is, or null.
  public @Nullable Operation of(Method method) {
    return byMethod.get(method);
  }

  /// The operation that takes a request of the given type, or null.
  public @Nullable Operation taking(Class<?> request) {
    return byRequest.get(request);
  }

  /// The class name of the asynchronous client beside a synchronous one.
  public static String asyncName(Class<?> client) {
    return client.getName().replaceFirst("Client$", "AsyncClient");
  }

  /// The class name of the synchronous client of either kind.
  public static String syncName(Class<?> client) {
    return client.getName().replaceFirst("AsyncClient$", "Client");
  }

  /// Operations that answer with a stream of events stand in the asynchronous client alone.
  private void addEventOperations() throws ReflectiveOperationException {
    Class<?> async;
    try {
      async = Class.forName(asyncName(client), false, client.getClassLoader());
    } catch (ClassNotFoundException e) {
      return;
    }
    for (var method : async.getMethods()) {
      var parameters = method.getParameterTypes();
      if (parameters.length == 2
          && SdkPojo.class.isAssignableFrom(parameters[0])
          && EventStreamResponseHandler.class.isAssignableFrom(parameters[1])) {
        var handled = (ParameterizedType) parameters[1].getGenericInterfaces()[0];
        add(operation(method, (Class<?>) handled.getActualTypeArguments()[0], false, false, true));
      }
    }
  }

  private void add(Operation operation) {
    operations.put(operation.name(), operation);
    byMethod.put(operation.method(), operation);
    byRequest.put(operation.method().getParameterTypes()[0], operation);
  }

  private @Nullable Operation operation(Method method) throws ReflectiveOperationException {
    var parameters = method.getParameterTypes();
    if (Modifier.isStatic(method.getModifiers())
        || parameters.length == 0
        || !SdkPojo.class.isAssignableFrom(parameters[0])
        || !parameters[0].getSimpleName().endsWith("Request")) {
      return null;
    }
    var extra = List.of(parameters).subList(1, parameters.length);
    var streamsIn = extra.contains(RequestBody.class);
    var streamsOut = extra.contains(ResponseTransformer.class);
    if (extra.size() != (streamsIn ? 1 : 0) + (streamsOut ? 1 : 0)) {
      return null;
    }
    var response = streamsOut ? transformed(method) : method.getReturnType();
    if (!SdkPojo.class.isAssignableFrom(response)) {
      return null;
    }
    return operation(method, response, streamsIn, streamsOut, false);
  }

  private Operation operation(
      Method method,
      Class<?> response,
      boolean streamsIn,
      boolean streamsOut,
      boolean streamsEvents)
      throws ReflectiveOperationException {
    var request = method.getParameterTypes()[0];
    var marshaller = marshaller(request);
    var info = info(marshaller);
    var name = request.getSimpleName().replaceFirst("Request$", "");
    var identifier = info.operationIdentifier();
    if (identifier != null && !identifier.isEmpty()) {
      name = identifier.substring(identifier.lastIndexOf('.') + 1);
    }
    protocol = protocol(client, marshaller, info);
    return new Operation(
        name,
        method,
        builder(request),
        builder(response),
        info,
        streamsIn,
        streamsOut,
        streamsEvents);
  }

  private static Class<?> transformed(Method method) {
    for (var type : method.getGenericParameterTypes()) {
      if (type instanceof ParameterizedType parameterized
          && parameterized.getRawType() == ResponseTransformer.class) {
        return (Class<?>) parameterized.getActualTypeArguments()[0];
      }
    }
    throw new IllegalStateException("No transformer in " + method);
  }

  /// Beside the client, not the request: clients may share their model.
  private Class<?> marshaller(Class<?> request) throws ClassNotFoundException {
    var name = client.getPackageName() + ".transform." + request.getSimpleName() + "Marshaller";
    return Class.forName(name, true, request.getClassLoader());
  }

  private static OperationInfo info(Class<?> marshaller) throws ReflectiveOperationException {
    var field = marshaller.getDeclaredField("SDK_OPERATION_BINDING");
    field.setAccessible(true);
    return (OperationInfo) field.get(null);
  }

  private static Protocol protocol(Class<?> client, Class<?> marshaller, OperationInfo info) {
    var factories = new ArrayList<String>();
    for (Constructor<?> constructor : marshaller.getConstructors()) {
      for (var parameter : constructor.getParameterTypes()) {
        factories.add(parameter.getSimpleName());
      }
    }
    var factory = String.join(" ", factories);
    if (factory.contains("Query")) {
      return isEc2(client) ? Protocol.EC2 : Protocol.QUERY;
    } else if (factory.contains("Xml") || factory.contains("S3")) {
      return Protocol.REST_XML;
    } else if (factory.contains("Cbor")) {
      return Protocol.CBOR;
    }
    var identifier = info.operationIdentifier();
    return identifier == null || identifier.isEmpty() ? Protocol.REST_JSON : Protocol.AWS_JSON;
  }

  /// EC2's marshallers take the same factory as those of the query protocol; only the SDK's own
  /// client names the difference.
  private static boolean isEc2(Class<?> client) {
    try {
      var name = client.getPackageName() + ".Default" + client.getSimpleName();
      var own = Class.forName(name, false, client.getClassLoader());
      return Arrays.stream(own.getDeclaredFields())
          .anyMatch(field -> field.getType().getSimpleName().contains("Ec2"));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static Supplier<SdkPojo> builder(Class<?> type) throws NoSuchMethodException {
    var method = type.getMethod("builder");
    return () -> {
      try {
        return (SdkPojo) method.invoke(null);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("Cannot build a " + type, e);
      }
    };
  }
}
