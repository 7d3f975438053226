package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.Protocol;
import dev.terrarium.kernel.model.ServiceModel;
import dev.terrarium.wire.codec.JsonShapes;
import dev.terrarium.wire.codec.MalformedNumberException;
import dev.terrarium.wire.codec.Names;
import dev.terrarium.wire.codec.RestBinding;
import dev.terrarium.wire.codec.RestBodies;
import dev.terrarium.wire.codec.XmlShapes;
import dev.terrarium.wire.codec.XmlWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkResponse;

/// restJson1 and restXml: method and path name the operation; members stand in path, query, headers
/// and body.
final class RestProtocol implements ClientProtocol {
  private static final JsonShapes JSON = JsonProtocol.JSON;
  private static final Map<ServiceModel, RestRoutes> ROUTES = new ConcurrentHashMap<>();
  private static final Map<ServiceModel, RestRoutes.Buckets> BUCKETS = new ConcurrentHashMap<>();

  private final boolean xml;
  private final boolean s3;
  private final boolean lambda;
  private final @Nullable S3Address address;

  RestProtocol(WireRequest request, Service service) {
    this.xml = service.model().protocol() == Protocol.REST_XML;
    this.s3 = service.name().equals("s3");
    this.lambda = service.name().equals("lambda");
    this.address = s3 ? S3Address.of(request) : null;
  }

  static RestRoutes routes(ServiceModel model) {
    return ROUTES.computeIfAbsent(model, RestRoutes::new);
  }

  @Override
  public Decoded decode(WireRequest request, Service service) throws IOException {
    var query = request.query();
    Operation operation;
    Map<String, String> labels;
    if (address != null) {
      labels = new LinkedHashMap<>();
      if (address.bucket() != null) {
        labels.put("Bucket", address.bucket());
      }
      if (address.key() != null) {
        labels.put("Key", address.key());
      }
      operation =
          BUCKETS
              .computeIfAbsent(service.model(), RestRoutes.Buckets::new)
              .find(request, address.bucket() != null, address.key() != null, query);
      if (operation == null) {
        throw Errors.of(
            405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
      }
    } else {
      var match = routes(service.model()).find(request.method(), request.rawPath(), query);
      if (match == null) {
        throw Errors.of(404, "UnknownOperationException", "Unknown operation");
      }
      operation = match.operation();
      labels = match.labels();
    }
    var builder = operation.requestBuilder().get();
    try {
      RestBinding.read(new RestBinding.Envelope(labels, query, request.headers()), builder, !xml);
    } catch (MalformedNumberException e) {
      throw s3
          ? Errors.of(
              400,
              "InvalidArgument",
              "Provided " + e.parameter() + " not an integer or within integer range")
          : e;
    }
    if (!operation.streamsIn() && operation.http().hasPayloadMembers()) {
      RestBodies.read(s3 || lambda ? request.bytes() : request.content(), builder, xml);
    }
    return new Decoded(operation, builder);
  }

  @Override
  public WireResponse encode(Operation operation, SdkPojo response, String requestId) {
    var body =
        operation.name().equals("GetBucketLocation") && s3
            ? location(response)
            : RestBodies.write(response, xml, root(operation), s3 ? S3Roots.NAMESPACE : null);
    var status = status(operation, response, body != null);
    var encoded =
        body == null || status == 204
            ? WireResponse.empty(status)
            : WireResponse.of(status, type(operation, body), body.bytes());
    RestBinding.writeHeaders(
        response,
        (name, value) -> {
          if (name.equalsIgnoreCase("content-type")) {
            encoded.headers().removeIf(header -> header.getKey().equalsIgnoreCase(name));
          }
          encoded.with(name, value);
        });
    return identified(encoded, requestId);
  }

  /// A response may know its own status, as that to a HEAD of a part of an object does.
  private int status(Operation operation, SdkPojo response, boolean hasBody) {
    var http = response instanceof SdkResponse known ? known.sdkHttpResponse() : null;
    return http == null || !s3
        ? RestBinding.status(response, defaultStatus(operation, hasBody))
        : http.statusCode();
  }

  /// The SDK does not say which status an operation answers with; S3's deletions have nothing to
  /// say, and Lambda says what it did.
  private int defaultStatus(Operation operation, boolean hasBody) {
    var name = operation.name();
    if (s3) {
      return name.startsWith("Delete") && !name.equals("DeleteObjects")
              || name.equals("AbortMultipartUpload")
              || name.equals("PutBucketPolicy")
          ? 204
          : 200;
    }
    return lambda ? LambdaStatus.of(name, hasBody) : 200;
  }

  /// The SDK does not know what the root of an XML body is called; clients do not look.
  private String root(Operation operation) {
    return s3 ? S3Roots.of(operation.name()) : operation.name() + "Response";
  }

  /// Nor does it know media types: what a function returns is taken for JSON.
  private String type(Operation operation, RestBodies.Body body) {
    return lambda && operation.name().equals("Invoke") ? "application/json" : body.contentType();
  }

  private static RestBodies.Body location(SdkPojo response) {
    var out = new XmlWriter().open("LocationConstraint").attribute("xmlns", S3Roots.NAMESPACE);
    for (var field : response.sdkFields()) {
      if (field.memberName().equals("LocationConstraint")
          && field.getValueOrDefault(response) instanceof String region) {
        out.text(region);
      }
    }
    return new RestBodies.Body(out.close("LocationConstraint").toBytes(), "application/xml");
  }

  @Override
  public Map<String, String> streamHeaders(SdkPojo response, String requestId) {
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    RestBinding.writeHeaders(response, headers::put);
    headers.putIfAbsent("Content-Type", "application/octet-stream");
    identified(WireResponse.empty(200), requestId)
        .headers()
        .forEach(header -> headers.put(header.getKey(), header.getValue()));
    return headers;
  }

  @Override
  public RestBodies.@Nullable Body event(String type, SdkPojo event) {
    return RestBodies.write(event, xml, type, null);
  }

  @Override
  public WireResponse error(
      @Nullable Operation operation, AwsServiceException error, String requestId) {
    var status = error.statusCode();
    if (s3 && (status == 304 || operation != null && operation.name().startsWith("Head"))) {
      return identified(withHeaders(WireResponse.empty(status), error), requestId);
    }
    var code = Errors.code(error);
    var written = s3 ? written(error) : null;
    if (written != null) {
      var response = WireResponse.of(status, "application/xml", written);
      return identified(withHeaders(response, error), requestId);
    }
    if (xml) {
      var out = new XmlWriter();
      if (!s3) {
        var side = status < 500 ? "Sender" : "Receiver";
        out.open("ErrorResponse").open("Error").element("Type", side);
      } else {
        out.open("Error");
      }
      out.element("Code", code);
      if (s3 || !Errors.message(error).isEmpty()) {
        out.element("Message", Errors.message(error));
      }
      if (address != null && address.key() != null) {
        out.element("Key", address.key());
      }
      if (address != null && address.bucket() != null) {
        out.element("BucketName", address.bucket());
      }
      if (error instanceof SdkPojo pojo) {
        new XmlShapes(Names.PLAIN).write(out, pojo);
      }
      if (s3) {
        out.element("RequestId", requestId).element("HostId", hostId(requestId)).close("Error");
      } else {
        out.close("Error").element("RequestId", requestId).close("ErrorResponse");
      }
      var response = WireResponse.of(status, "application/xml", out.toBytes());
      return identified(withHeaders(response, error), requestId);
    }
    var out = new ByteArrayOutputStream(256);
    try {
      var members = error instanceof SdkPojo pojo ? pojo : null;
      JSON.writeError(out, null, Errors.message(error), members);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var response =
        WireResponse.of(status, "application/json", out.toByteArray())
            .with("x-amzn-ErrorType", code);
    return identified(withHeaders(response, error), requestId);
  }

  /// S3's own errors have members that no model knows, so S3 writes them itself.
  private static byte @Nullable [] written(AwsServiceException error) {
    var details = error.awsErrorDetails();
    var raw = details == null ? null : details.rawResponse();
    return raw == null ? null : raw.asByteArrayUnsafe();
  }

  /// An error may carry headers, as S3's answer about a delete marker does.
  private static WireResponse withHeaders(WireResponse response, AwsServiceException error) {
    var details = error.awsErrorDetails();
    var raw = details == null ? null : details.sdkHttpResponse();
    if (raw != null) {
      raw.forEachHeader((name, values) -> values.forEach(value -> response.with(name, value)));
    }
    if (error instanceof SdkPojo pojo) {
      RestBinding.writeHeaders(pojo, response::with);
    }
    return response;
  }

  @Override
  public Refusals refusals() {
    return s3 ? Refusals.S3 : Refusals.REST;
  }

  @Override
  public AwsServiceException malformed(String message) {
    return s3
        ? Errors.of(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published"
                + " schema")
        : Errors.of(400, "SerializationException", message);
  }

  private WireResponse identified(WireResponse response, String requestId) {
    if (s3) {
      return response
          .with("x-amz-request-id", requestId)
          .with("x-amz-id-2", hostId(requestId))
          .with("Server", "AmazonS3");
    }
    return response.with("x-amzn-RequestId", requestId);
  }

  static String hostId(String requestId) {
    return java.util.Base64.getEncoder()
        .encodeToString(requestId.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
