package dev.terrarium.services.firehose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// Has a Lambda function transform records.
///
/// See *Transform source data in Amazon Data Firehose* in the developer guide: every record comes
/// back under its id as `Ok`, `Dropped` or `ProcessingFailed`; a call that fails is repeated.
final class Transformer {
  private static final int RETRIES_DEFAULT = 3;
  private static final double BUFFER_MIB_DEFAULT = 1;
  private static final long MIB = 1024L * 1024;

  private final Cloud cloud;
  private final Delivery delivery;
  private final String function;
  private final int retries;
  private final long bytesMax;
  private final List<Item> items = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  /// Why a call is of no use.
  private static final class CallException extends Exception {
    private static final long serialVersionUID = 1L;

    final String code;

    CallException(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  Transformer(Cloud cloud, Delivery delivery, Map<String, String> parameters) {
    this.cloud = cloud;
    this.delivery = delivery;
    this.function = parameters.getOrDefault("LambdaArn", "");
    this.retries =
        Integer.parseInt(
            parameters.getOrDefault("NumberOfRetries", Integer.toString(RETRIES_DEFAULT)));
    var mib =
        Double.parseDouble(
            parameters.getOrDefault("BufferSizeInMBs", Double.toString(BUFFER_MIB_DEFAULT)));
    this.bytesMax = (long) (mib * MIB);
  }

  Processed transform(List<Item> given) {
    var some = new ArrayList<Item>();
    long bytes = 0;
    for (var item : given) {
      if (!some.isEmpty() && bytes + item.data().length > bytesMax) {
        transformSome(some);
        some = new ArrayList<>();
        bytes = 0;
      }
      some.add(item);
      bytes += item.data().length;
    }
    if (!some.isEmpty()) {
      transformSome(some);
    }
    return new Processed(items, failures);
  }

  private void transformSome(List<Item> some) {
    int attempts = 0;
    while (true) {
      attempts++;
      try {
        take(some, call(some), attempts);
        return;
      } catch (CallException e) {
        if (attempts > retries) {
          for (var item : some) {
            fail(item, e.code, String.valueOf(e.getMessage()), attempts);
          }
          return;
        }
      }
    }
  }

  private JsonNode call(List<Item> some) throws CallException {
    var source = delivery.config().sourceArn();
    var event =
        Json.object()
            .put("invocationId", cloud.ids().uuid())
            .put("deliveryStreamArn", delivery.key.arn())
            .put("region", delivery.key.region());
    if (source != null) {
      event.put("sourceKinesisStreamArn", source);
    }
    var records = event.putArray("records");
    some.forEach(item -> show(item, records.addObject()));
    try {
      var answer =
          cloud
              .client(LambdaClient.class)
              .invoke(r ->
                  r.functionName(function).payload(SdkBytes.fromUtf8String(Json.write(event))));
      if (answer.functionError() != null) {
        throw new CallException(
            "Lambda.FunctionError",
            "The Lambda function was successfully invoked but it returned an error result.");
      }
      return Json.parse(answer.payload().asUtf8String());
    } catch (AwsServiceException e) {
      throw new CallException("Lambda." + Errors.code(e), Errors.message(e));
    } catch (IllegalArgumentException e) {
      throw new CallException(
          "Lambda.JsonProcessingException",
          "There was an error parsing JSON from the Lambda function: " + e.getMessage());
    }
  }

  private static void show(Item item, ObjectNode record) {
    var origin = item.source().origin();
    record
        .put("recordId", item.id())
        .put(
            "approximateArrivalTimestamp",
            origin == null ? item.arrivalMillis() : origin.arrivalMillis())
        .put("data", Base64.getEncoder().encodeToString(item.data()));
    if (origin != null) {
      record
          .putObject("kinesisRecordMetadata")
          .put("shardId", origin.shardId())
          .put("partitionKey", origin.partitionKey())
          .put("approximateArrivalTimestamp", origin.arrivalMillis())
          .put("sequenceNumber", origin.sequenceNumber())
          .put("subsequenceNumber", 0);
    }
  }

  private void take(List<Item> some, JsonNode answer, int attempts) throws CallException {
    var byId = new HashMap<String, JsonNode>();
    for (var record : answer.path("records")) {
      byId.put(record.path("recordId").asText(), record);
    }
    if (!answer.path("records").isArray()) {
      throw new CallException(
          "Lambda.JsonProcessingException",
          "There was an error parsing JSON from the Lambda function: records is missing.");
    }
    for (var item : some) {
      var record = byId.get(item.id());
      if (record == null) {
        fail(
            item,
            "Lambda.MissingRecordId",
            "One or more record Ids were not returned. Ensure that the Lambda function returns all"
                + " received record Ids.",
            attempts);
      } else {
        take(item, record, attempts);
      }
    }
  }

  private void take(Item item, JsonNode record, int attempts) {
    switch (record.path("result").asText()) {
      case "Ok" -> {
        try {
          var data = Base64.getDecoder().decode(record.path("data").asText());
          var keys = new HashMap<>(item.partitionKeys());
          record
              .path("metadata")
              .path("partitionKeys")
              .properties()
              .forEach(p -> keys.put(p.getKey(), p.getValue().asText()));
          items.add(item.withData(data).withPartitionKeys(keys));
        } catch (IllegalArgumentException e) {
          fail(
              item,
              "Lambda.InvalidBase64",
              "The data of a record returned by the Lambda function is not Base64.",
              attempts);
        }
      }
      case "Dropped" -> {}
      case "ProcessingFailed" ->
          fail(
              item,
              "Lambda.ProcessingFailedStatus",
              "ProcessingFailed status set for record",
              attempts);
      default ->
          fail(
              item,
              "Lambda.UnknownStatus",
              "The result of a record returned by the Lambda function is none of Ok, Dropped and"
                  + " ProcessingFailed.",
              attempts);
    }
  }

  private void fail(Item item, String code, String message, int attempts) {
    failures.add(
        new Failure(
            "processing-failed",
            item,
            code,
            message,
            attempts,
            cloud.clock().millis(),
            Json.object().put("lambdaArn", function)));
  }
}
