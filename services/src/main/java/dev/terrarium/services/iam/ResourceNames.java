package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.SdkPojo;

/// What a request is about, for services that do not tell it themselves: an ARN in the request, or
/// a name of which AWS's "Service Authorization Reference" says how its ARN is made.
final class ResourceNames {
  /// Where the prefix of a service's actions is not its signing name.
  private static final Map<String, String> PREFIXES =
      Map.of("monitoring", "cloudwatch", "email", "ses");

  /// By action prefix and member: the resource of the ARN. `*` in front means a global ARN.
  private static final Map<String, Map<String, String>> TEMPLATES =
      Map.ofEntries(
          Map.entry("dynamodb", Map.of("TableName", "table/%s", "RequestItems", "table/%s")),
          Map.entry(
              "logs",
              Map.of(
                  "logGroupName", "log-group:%s:log-stream:", "destinationName", "destination:%s")),
          Map.entry("cloudwatch", Map.of("AlarmName", "alarm:%s", "AlarmNames", "alarm:%s")),
          Map.entry("cloudformation", Map.of("StackName", "stack/%s/*")),
          Map.entry(
              "iam",
              Map.of(
                  "RoleName", "*role/%s",
                  "UserName", "*user/%s",
                  "GroupName", "*group/%s",
                  "InstanceProfileName", "*instance-profile/%s")),
          Map.entry("kinesis", Map.of("StreamName", "stream/%s")),
          Map.entry("firehose", Map.of("DeliveryStreamName", "deliverystream/%s")),
          Map.entry("events", Map.of("EventBusName", "event-bus/%s", "Name", "rule/%s")),
          Map.entry("ssm", Map.of("Name", "parameter/%s", "Names", "parameter/%s")),
          Map.entry("secretsmanager", Map.of("SecretId", "secret:%s-??????")),
          Map.entry("states", Map.of("name", "stateMachine:%s")));

  private ResourceNames() {}

  static List<Need> needs(Service service, Call call, Operation operation, SdkPojo request) {
    var signing = service.model().signingName();
    var prefix = PREFIXES.getOrDefault(signing, signing);
    var action = prefix + ":" + operation.name();
    var arns = new LinkedHashSet<String>();
    collect(prefix, call, request, arns, 0);
    var needs = new ArrayList<Need>();
    for (var arn : arns) {
      needs.add(Need.of(action, arn, owner(arn, call)));
    }
    if (needs.isEmpty()) {
      needs.add(Need.of(action, "*", call.account()));
    }
    return needs;
  }

  private static void collect(String prefix, Call call, SdkPojo pojo, Set<String> arns, int depth) {
    var templates = TEMPLATES.getOrDefault(prefix, Map.of());
    for (var field : pojo.sdkFields()) {
      var value = field.getValueOrDefault(pojo);
      var template = templates.get(field.memberName());
      if (value instanceof String text) {
        if (text.startsWith("arn:") && depth == 0 && text.split(":", 4)[2].equals(prefix)) {
          arns.add(text);
        } else if (template != null) {
          arns.add(named(prefix, template, text, call));
        }
      } else if (value instanceof Map<?, ?> map && template != null) {
        map.keySet().forEach(name -> arns.add(named(prefix, template, name.toString(), call)));
      } else if (value instanceof List<?> list && depth < 2) {
        for (var element : list) {
          if (element instanceof SdkPojo nested) {
            collect(prefix, call, nested, arns, depth + 1);
          } else if (element instanceof String text && template != null) {
            arns.add(named(prefix, template, text, call));
          }
        }
      } else if (value instanceof SdkPojo nested && depth < 2) {
        collect(prefix, call, nested, arns, depth + 1);
      }
    }
  }

  private static String named(String prefix, String template, String name, Call call) {
    if (name.startsWith("arn:")) {
      return name;
    }
    var bare = template.contains("/") && name.startsWith("/") ? name.substring(1) : name;
    if (template.startsWith("*")) {
      return "arn:%s:%s::%s:%s"
          .formatted(
              call.scope().partition(),
              prefix,
              call.account(),
              template.substring(1).formatted(bare));
    }
    return call.scope().arn(prefix, template.formatted(bare));
  }

  private static String owner(String arn, Call call) {
    var parts = arn.split(":", 6);
    return parts.length < 6 || parts[4].isEmpty() || parts[4].equals("aws")
        ? call.account()
        : parts[4];
  }
}
