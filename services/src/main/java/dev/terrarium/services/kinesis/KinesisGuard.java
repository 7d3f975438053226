package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to Kinesis need permission for, with the policies of streams and consumers.
final class KinesisGuard implements Guard {
  private final Streams streams;

  KinesisGuard(Streams streams) {
    this.streams = streams;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var action = "kinesis:" + operation.name();
    String resource = null;
    for (var field : request.sdkFields()) {
      if (field.getValueOrDefault(request) instanceof String text) {
        switch (field.memberName()) {
          case "StreamName" -> {
            if (resource == null) {
              resource = StreamKey.of(call.scope(), text).arn();
            }
          }
          case "StreamARN", "ResourceARN", "ConsumerARN" -> resource = text;
          case "ShardIterator" -> {
            var iterator = ShardIterator.decode(text);
            resource = iterator == null ? resource : iterator.stream().arn();
          }
          default -> {}
        }
      }
    }
    if (resource == null) {
      return List.of(Need.of(action, "*", call.account()));
    }
    var owner = Arn.of(resource).map(Arn::account).orElse(call.account());
    return List.of(Need.of(action, resource, owner).under(policy(resource)));
  }

  private com.fasterxml.jackson.databind.@Nullable JsonNode policy(String arn) {
    var end = arn.indexOf("/consumer/");
    var key = StreamKey.ofArn(end < 0 ? arn : arn.substring(0, end)).orElse(null);
    var stream = key == null ? null : streams.find(key);
    if (stream == null) {
      return null;
    }
    var policy = stream.config().policy();
    if (end >= 0) {
      var name = arn.substring(end + "/consumer/".length()).replaceFirst(":[0-9]*$", "");
      var consumer =
          streams.stored.consumers.get(
              new StreamStore.ConsumerKey(stream.config().storageId(), name));
      policy = consumer == null ? "" : consumer.policy();
    }
    return policy.isEmpty() ? null : Json.parse(policy);
  }
}
