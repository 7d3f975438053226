package dev.terrarium.services.sns;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to SNS need permission for, with the policies of topics.
final class SnsGuard implements Guard {
  private final SnsStore stored;

  SnsGuard(SnsStore stored) {
    this.stored = stored;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    // A confirmation carries its proof: the token.
    if (operation.name().equals("ConfirmSubscription")) {
      return List.of();
    }
    var action = "sns:" + operation.name().replaceFirst("Batch$", "");
    for (var field : request.sdkFields()) {
      if (!(field.getValueOrDefault(request) instanceof String text)) {
        continue;
      }
      switch (field.memberName()) {
        case "TopicArn", "TargetArn", "ResourceArn", "SubscriptionArn" -> {
          return of(action, text, call);
        }
        case "Name" -> {
          return List.of(Need.of(action, call.scope().arn("sns", text), call.account()));
        }
        case "PlatformApplicationArn", "EndpointArn" -> {
          return List.of(Need.of(action, text, account(text, call)));
        }
        default -> {}
      }
    }
    return List.of(Need.of(action, "*", call.account()));
  }

  private List<Need> of(String action, String text, Call call) {
    var parts = text.split(":", 7);
    var isTopic = parts.length >= 6 && !parts[5].contains("/");
    if (!isTopic) {
      return List.of(Need.of(action, text, account(text, call)));
    }
    var arn = String.join(":", List.of(parts).subList(0, 6));
    var topic = stored.topics.get(Topic.TopicKey.of(arn));
    if (topic == null) {
      return parts.length == 7 ? List.of(Need.of(action, arn, parts[4])) : List.of();
    }
    var policy = topic.attribute("Policy");
    var need =
        Need.of(action, arn, parts[4])
            .with(Map.of("aws:sourceowner", List.of(call.principal().account())));
    return List.of(policy.isEmpty() ? need : need.under(Json.parse(policy)));
  }

  private static String account(String arn, Call call) {
    return Arn.of(arn).map(Arn::account).orElse(call.account());
  }
}
