package dev.terrarium.conformance.vectors;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import dev.terrarium.kernel.ServicePackage;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.Shape;
import software.amazon.smithy.model.shapes.ShapeId;
import software.amazon.smithy.model.shapes.ShapeType;
import software.amazon.smithy.model.shapes.StructureShape;
import software.amazon.smithy.model.traits.ErrorTrait;
import software.amazon.smithy.model.traits.HttpPayloadTrait;
import software.amazon.smithy.model.traits.HttpTrait;

/// Makes of a Smithy service what the SDK's generator makes of it, as far as Terrarium looks at it:
/// a client interface, model types, marshallers with their `OperationInfo`, and a service that
/// implements the interface by asking [Served].
final class Generator {
  private final SmithyService service;
  private final String base;
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<ShapeId, String> structures = new HashMap<>();

  private Generator(SmithyService service) {
    this.service = service;
    this.base = "vectors." + service.name();
  }

  /// The classes of all services, loaded.
  static void generate(List<SmithyService> services) {
    var sources = new LinkedHashMap<String, String>();
    var generators = services.stream().map(Generator::new).toList();
    for (var generator : generators) {
      generator.write();
      sources.putAll(generator.sources);
    }
    var loader = compile(sources);
    for (var generator : generators) {
      SmithyFields.register(generator.service);
      generator.service.generated(
          new Generated(loader, generator.base, Map.copyOf(generator.structures)));
    }
  }

  /// The classes of one service.
  record Generated(ClassLoader loader, String base, Map<ShapeId, String> structures) {
    VectorPojo structure(ShapeId id) {
      return (VectorPojo) create(base + ".model.Structures$" + structures.get(id));
    }

    VectorPojo response(OperationShape operation) {
      return (VectorPojo)
          create(base + ".model.Responses$" + operation.getId().getName() + "Response");
    }

    VectorError error(ShapeId id, int status, String code, String message) {
      return (VectorError)
          create(base + ".model.Errors$" + structures.get(id), status, code, message);
    }

    ServicePackage servicePackage() {
      return (ServicePackage) create(base + ".Package");
    }

    private Object create(String name, Object... arguments) {
      try {
        return loader.loadClass(name).getConstructors()[0].newInstance(arguments);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(name, e);
      }
    }
  }

  private void write() {
    var shapes =
        new software.amazon.smithy.model.neighbor.Walker(service.model())
            .walkShapes(service.shape()).stream()
                .filter(s -> s.isStructureShape() || s.isUnionShape())
                .sorted()
                .toList();
    var unit = service.shape(ShapeId.from("smithy.api#Unit"));
    if (!shapes.contains(unit)) {
      shapes = Stream.concat(shapes.stream(), Stream.of(unit)).toList();
    }
    for (var shape : shapes) {
      var name = shape.getId().getName();
      structures.put(
          shape.getId(), structures.containsValue(name) ? name + structures.size() : name);
    }
    var errors = shapes.stream().filter(s -> s.hasTrait(ErrorTrait.class)).toList();
    source(
        "model.Structures",
        shapes.stream().map(s -> pojo(structures.get(s.getId()), s, SmithyFields.Role.NESTED)));
    source("model.Errors", errors.stream().map(this::error));
    var operations = service.operations();
    source(
        "model.Requests",
        operations.stream()
            .map(o -> pojo(name(o) + "Request", service.input(o), SmithyFields.Role.INPUT)));
    source(
        "model.Responses",
        operations.stream()
            .map(o -> pojo(name(o) + "Response", service.output(o), SmithyFields.Role.OUTPUT)));
    top("transform", factory(), "public interface " + factory() + " {}");
    operations.forEach(o -> top("transform", name(o) + "RequestMarshaller", marshaller(o)));
    sources.put(base + ".VectorsClient", client());
    sources.put(base + ".DefaultVectorsClient", implementation());
    sources.put(base + ".Package", servicePackage());
  }

  private static String name(OperationShape operation) {
    return operation.getId().getName();
  }

  private void source(String outer, Stream<String> nested) {
    var at = outer.lastIndexOf('.');
    sources.put(
        base + "." + outer,
        "package %s.%s;\npublic final class %s {\n%s\n}\n"
            .formatted(
                base,
                outer.substring(0, at),
                outer.substring(at + 1),
                nested.collect(Collectors.joining("\n"))));
  }

  private void top(String folder, String name, String text) {
    sources.put(base + "." + folder + "." + name, "package " + base + "." + folder + ";\n" + text);
  }

  private String pojo(String name, Shape shape, SmithyFields.Role role) {
    var type = shape.getType() == ShapeType.UNION ? "public enum Type { UNKNOWN }" : "";
    return """
    public static final class %1$s extends %2$s {
      public %1$s() { super("%3$s", "%4$s", dev.terrarium.conformance.vectors.SmithyFields.Role.%5$s); }
      public static %1$s builder() { return new %1$s(); }
      %6$s
    }
    """
        .formatted(name, VectorPojo.class.getName(), service.name(), shape.getId(), role, type);
  }

  private String error(Shape shape) {
    return """
    public static final class %1$s extends %2$s {
      public %1$s(int status, String code, String message) {
        super("%3$s", "%4$s", status, code, message);
      }
    }
    """
        .formatted(
            structures.get(shape.getId()),
            VectorError.class.getName(),
            service.name(),
            shape.getId());
  }

  /// The SDK's marshallers take a factory, from whose name Terrarium reads the protocol.
  private String factory() {
    return switch (service.protocol()) {
      case "awsQuery", "ec2Query" -> "AwsQueryProtocolFactory";
      case "restXml" -> "AwsXmlProtocolFactory";
      case "rpcv2Cbor" -> "SmithyRpcV2CborProtocolFactory";
      default -> "BaseAwsJsonProtocolFactory";
    };
  }

  private String marshaller(OperationShape operation) {
    var http = operation.getTrait(HttpTrait.class).filter(trait -> service.rest());
    var input = service.input(operation);
    var identifier =
        service.protocol().startsWith("awsJson")
            ? service.shape().getId().getName() + "." + name(operation)
            : "";
    var uri =
        service.protocol().equals("rpcv2Cbor")
            ? "/service/" + service.shape().getId().getName() + "/operation/" + name(operation)
            : http.map(trait -> trait.getUri().toString()).orElse("/");
    return """
    public final class %sRequestMarshaller {
      private static final software.amazon.awssdk.protocols.core.OperationInfo
          SDK_OPERATION_BINDING =
              software.amazon.awssdk.protocols.core.OperationInfo.builder()
                  .requestUri("%s")
                  .httpMethod(software.amazon.awssdk.http.SdkHttpMethod.%s)
                  .operationIdentifier("%s")
                  .apiVersion("%s")
                  .hasPayloadMembers(%s)
                  .hasExplicitPayloadMember(%s)
                  .hasStreamingInput(%s)
                  .build();
      public %1$sRequestMarshaller(%9$s factory) {}
    }
    """
        .formatted(
            name(operation),
            uri,
            http.map(HttpTrait::getMethod).orElse("POST"),
            identifier,
            service.shape().getVersion(),
            hasBody(input),
            input.members().stream().anyMatch(m -> m.hasTrait(HttpPayloadTrait.class)),
            service.stream(input).isPresent(),
            factory());
  }

  private static boolean hasBody(StructureShape input) {
    return input.members().stream()
        .anyMatch(m ->
            !m.hasTrait("httpLabel")
                && !m.hasTrait("httpQuery")
                && !m.hasTrait("httpQueryParams")
                && !m.hasTrait("httpHeader")
                && !m.hasTrait("httpPrefixHeaders"));
  }

  private String client() {
    return """
    package %s;
    public interface VectorsClient extends software.amazon.awssdk.core.SdkClient {
      String SERVICE_NAME = "%s";
      @Override default String serviceName() { return SERVICE_NAME; }
      %s
    }
    """
        .formatted(
            base,
            service.name(),
            methods("default ", "{ throw new UnsupportedOperationException(); }", false));
  }

  private String implementation() {
    var field = service.ec2() ? "private Ec2 ec2; interface Ec2 {}" : "";
    return """
    package %s;
    public final class DefaultVectorsClient implements VectorsClient {
      %s
      @Override public void close() {}
      %s
    }
    """
        .formatted(base, field, methods("@Override public ", "", true));
  }

  private String methods(String modifiers, String body, boolean serving) {
    return service.operations().stream()
        .map(o -> {
          var in = service.stream(service.input(o)).isPresent();
          var out = service.stream(service.output(o)).isPresent();
          var response = "%s.model.Responses.%sResponse".formatted(base, name(o));
          return "%s%s op%s(%s.model.Requests.%sRequest r%s%s) %s"
              .formatted(
                  modifiers,
                  out ? "<T> T" : response,
                  name(o),
                  base,
                  name(o),
                  in ? ", software.amazon.awssdk.core.sync.RequestBody in" : "",
                  out
                      ? ", software.amazon.awssdk.core.sync.ResponseTransformer<%s, T> out"
                          .formatted(response)
                      : "",
                  serving
                      ? "{ return (%s) %s.serve(r, %s, %s); }"
                          .formatted(
                              out ? "T" : response,
                              Served.class.getName(),
                              in ? "in" : "null",
                              out ? "out" : "null")
                      : body);
        })
        .collect(Collectors.joining("\n"));
  }

  private String servicePackage() {
    return """
    package %1$s;
    public final class Package implements dev.terrarium.kernel.ServicePackage {
      @Override public String name() { return "%2$s"; }
      @Override public String clientInterface() { return "%1$s.VectorsClient"; }
      @Override public java.util.List<?> open(dev.terrarium.kernel.Cloud cloud) {
        return java.util.List.of(new DefaultVectorsClient());
      }
    }
    """
        .formatted(base, service.name());
  }

  private static ClassLoader compile(Map<String, String> sources) {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var problems = new DiagnosticCollector<JavaFileObject>();
    var classes = new HashMap<String, ByteArrayOutputStream>();
    var files =
        new ForwardingJavaFileManager<JavaFileManager>(
            compiler.getStandardFileManager(problems, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
              @Override
              public OutputStream openOutputStream() {
                return classes.computeIfAbsent(name, n -> new ByteArrayOutputStream());
              }
            };
          }
        };
    var units =
        sources.entrySet().stream().map(entry -> unit(entry.getKey(), entry.getValue())).toList();
    var options =
        List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
    if (!compiler.getTask(null, files, problems, options, null, units).call()) {
      throw new IllegalStateException(problems.getDiagnostics().getFirst().toString());
    }
    return new ClassLoader(Generator.class.getClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        var compiled = classes.get(name);
        if (compiled == null) {
          throw new ClassNotFoundException(name);
        }
        var bytes = compiled.toByteArray();
        return defineClass(name, bytes, 0, bytes.length);
      }
    };
  }

  private static JavaFileObject unit(String name, String text) {
    var uri = URI.create("string:///" + name.replace('.', '/') + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
