package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to the Scheduler need permission for: a schedule or a group.
final class SchedulerGuard implements Guard {
  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var given = new HashMap<String, String>();
    for (var field : request.sdkFields()) {
      if (field.getValueOrDefault(request) instanceof String text) {
        given.put(field.memberName(), text);
      }
    }
    var action = "scheduler:" + operation.name();
    return List.of(Need.of(action, resource(call, operation, given), call.account()));
  }

  private static String resource(Call call, Operation operation, Map<String, String> given) {
    if (given.containsKey("ResourceArn")) {
      return given.getOrDefault("ResourceArn", "*");
    }
    var name = given.getOrDefault("Name", "*");
    if (operation.name().endsWith("Group") || operation.name().endsWith("Groups")) {
      return new GroupKey(call.account(), call.region(), name).arn();
    }
    var group = given.getOrDefault("GroupName", name.equals("*") ? "*" : GroupKey.DEFAULT);
    return new ScheduleKey(new GroupKey(call.account(), call.region(), group), name).arn();
  }
}
