package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.wire.codec.JsonShapes;
import dev.terrarium.wire.codec.RestBodies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// awsJson 1.0 and 1.1, the same over CBOR, and rpcv2Cbor: one POST per call, one structure each
/// way.
final class JsonProtocol implements ClientProtocol {
  static final JsonShapes JSON = new JsonShapes(JsonShapes.Dialect.JSON);
  private static final JsonShapes CBOR = new JsonShapes(JsonShapes.Dialect.CBOR);
  private static final JsonShapes CBOR_MILLIS = new JsonShapes(JsonShapes.Dialect.CBOR_MILLIS);

  /// What SQS's errors were called in its query protocol; clients that grew up with it still branch
  /// on that.
  private static final Map<String, String> SQS_QUERY_CODES =
      Map.ofEntries(
          Map.entry("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
          Map.entry("QueueNameExists", "QueueAlreadyExists"),
          Map.entry("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"),
          Map.entry("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"),
          Map.entry("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
          Map.entry("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
          Map.entry("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
          Map.entry("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"),
          Map.entry("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"),
          Map.entry(
              "TooManyEntriesInBatchRequest",
              "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"),
          Map.entry("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"));

  /// Errors of DynamoDB that do not come from it but from what stands before all services.
  private static final Set<String> COMMON =
      Set.of(
          "AccessDeniedException",
          "ExpiredTokenException",
          "IncompleteSignatureException",
          "InternalFailure",
          "InvalidSignatureException",
          "MissingAuthenticationTokenException",
          "SerializationException",
          "UnknownOperationException",
          "UnrecognizedClientException");

  private final String contentType;
  private final JsonShapes shapes;
  private final String operationName;
  private final boolean rpc;
  private final String service;
  private final boolean queryMode;

  private JsonProtocol(
      String contentType,
      JsonShapes shapes,
      String operationName,
      boolean rpc,
      String service,
      boolean queryMode) {
    this.contentType = contentType;
    this.shapes = shapes;
    this.operationName = operationName;
    this.rpc = rpc;
    this.service = service;
    this.queryMode = queryMode;
  }

  /// The protocol of a request with an `X-Amz-Target`.
  static JsonProtocol ofTarget(WireRequest request, String target, Service service) {
    var type = request.headerOr("content-type", "application/x-amz-json-1.0");
    var semicolon = type.indexOf(';');
    var plain = semicolon < 0 ? type : type.substring(0, semicolon).strip();
    var name = target.substring(target.lastIndexOf('.') + 1);
    return new JsonProtocol(
        plain,
        plain.startsWith("application/x-amz-cbor") ? CBOR_MILLIS : JSON,
        name,
        false,
        service.name(),
        isQueryMode(request));
  }

  /// The protocol of `POST /service/<name>/operation/<name>`.
  static JsonProtocol ofRpc(WireRequest request) {
    var path = request.rawPath();
    var name = path.substring(path.lastIndexOf('/') + 1);
    return new JsonProtocol("application/cbor", CBOR, name, true, "", isQueryMode(request));
  }

  /// Clients of services that have left the query protocol ask for the names that errors had there.
  private static boolean isQueryMode(WireRequest request) {
    return request.headerOr("x-amzn-query-mode", "").equals("true");
  }

  @Override
  public Decoded decode(WireRequest request, Service service) throws IOException {
    var operation = service.model().operation(operationName);
    if (operation == null) {
      throw Errors.of(400, "UnknownOperationException", "Unknown operation " + operationName);
    }
    var builder = operation.requestBuilder().get();
    shapes.read(request.content(), builder);
    return new Decoded(operation, builder);
  }

  @Override
  public WireResponse encode(Operation operation, SdkPojo response, String requestId) {
    return finish(200, bytes(response), requestId);
  }

  private byte[] bytes(SdkPojo pojo) {
    var out = new ByteArrayOutputStream(256);
    try {
      shapes.write(out, pojo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public Map<String, String> streamHeaders(SdkPojo response, String requestId) {
    return Map.of("x-amzn-RequestId", requestId);
  }

  @Override
  public RestBodies.Body event(String type, SdkPojo event) {
    return new RestBodies.Body(bytes(event), contentType);
  }

  @Override
  public RestBodies.Body initialEvent(SdkPojo response) {
    return event("initial-response", response);
  }

  @Override
  public WireResponse error(
      @Nullable Operation operation, AwsServiceException error, String requestId) {
    var code = Errors.code(error);
    var out = new ByteArrayOutputStream(256);
    var members = error instanceof SdkPojo pojo ? pojo : null;
    try {
      shapes.writeError(out, type(code), Errors.message(error), members);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var response = finish(error.statusCode(), out.toByteArray(), requestId);
    if (queryMode || service.equals("sqs")) {
      var side = error.statusCode() < 500 ? ";Sender" : ";Receiver";
      response.with("x-amzn-query-error", queryCode(service, code) + side);
    }
    return response;
  }

  /// What an error is called in a body: where AWS names its namespace, with it.
  private String type(String code) {
    return switch (service) {
      case "sqs" -> "com.amazonaws.sqs#" + code;
      case "dynamodb", "dynamodbstreams" -> {
        if (code.equals("ValidationException")) {
          yield "com.amazon.coral.validate#" + code;
        }
        var common = COMMON.contains(code);
        yield (common ? "com.amazon.coral.service#" : "com.amazonaws.dynamodb.v20120810#") + code;
      }
      default -> code;
    };
  }

  @Override
  public Refusals refusals() {
    return rpc ? Refusals.REST : Refusals.JSON;
  }

  @Override
  public AwsServiceException malformed(String message) {
    return Errors.of(400, "SerializationException", message);
  }

  private WireResponse finish(int status, byte[] body, String requestId) {
    var response = WireResponse.of(status, contentType, body).with("x-amzn-RequestId", requestId);
    return rpc ? response.with("smithy-protocol", "rpc-v2-cbor") : response;
  }

  /// What an error of SQS was called in its query protocol.
  static String queryCode(String service, String code) {
    return service.equals("sqs") ? SQS_QUERY_CODES.getOrDefault(code, code) : code;
  }
}
