package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;

/// What requests to the Scheduler need permission for: a schedule or a group, and the role that is
/// passed on.
final class SchedulerGuard implements Guard {
  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var given = new HashMap<String, String>();
    for (var field : request.sdkFields()) {
      if (field.getValueOrDefault(request) instanceof String text) {
        given.put(field.memberName(), text);
      }
    }
    var needs = new ArrayList<Need>();
    var action = "scheduler:" + operation.name();
    needs.add(Need.of(action, resource(call, operation, given), call.account()));
    var role =
        switch (request) {
          case CreateScheduleRequest create -> role(create.target());
          case UpdateScheduleRequest update -> role(update.target());
          default -> null;
        };
    if (role != null) {
      needs.add(
          Need.of("iam:PassRole", role, call.account())
              .with(Map.of("iam:passedtoservice", List.of("scheduler.amazonaws.com"))));
    }
    return needs;
  }

  private static @Nullable String role(@Nullable Target target) {
    return target == null ? null : target.roleArn();
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
