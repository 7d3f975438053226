package dev.terrarium.services.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleGroupResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupSummary;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.Tag;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;

/// `AWS::Scheduler::Schedule` and `AWS::Scheduler::ScheduleGroup`.
final class SchedulerResources {
  private static final int NAME_LENGTH_MAX = 64;
  private static final List<String> SCHEDULE =
      List.of(
          "Description",
          "EndDate",
          "FlexibleTimeWindow",
          "GroupName",
          "KmsKeyArn",
          "Name",
          "ScheduleExpression",
          "ScheduleExpressionTimezone",
          "StartDate",
          "State",
          "Target");

  private final Cloud cloud;

  SchedulerResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    return List.of(schedule(), group());
  }

  private SchedulerClient scheduler() {
    return cloud.client(SchedulerClient.class);
  }

  private static String name(Request request) {
    return request.properties().path("Name").asText(request.generatedName(NAME_LENGTH_MAX));
  }

  private static @Nullable String groupOf(Request request) {
    var name = request.properties().get("GroupName");
    return name == null || name.isNull() ? null : name.asText();
  }

  private static Resource schedule(@Nullable String group, String name) {
    return new Resource(
        name, Map.of("Arn", Json.tree(new ScheduleKey(GroupKey.of(group), name).arn())));
  }

  private ResourceType schedule() {
    return new SimpleResource(
            "AWS::Scheduler::Schedule",
            SCHEDULE.stream().map(SchedulerResources::property).toList(),
            request -> {
              var name = name(request);
              var builder =
                  JsonShapes.fill(request.properties(), CreateScheduleRequest.builder())
                      .name(name)
                      .clientToken(token(request));
              scheduler().createSchedule(builder.build());
              return schedule(groupOf(request), name);
            },
            (request, current) -> {
              scheduler()
                  .updateSchedule(
                      JsonShapes.fill(request.properties(), UpdateScheduleRequest.builder())
                          .name(current.physicalId())
                          .build());
              return schedule(groupOf(request), current.physicalId());
            },
            (request, current) -> {
              scheduler()
                  .deleteSchedule(d -> d.name(current.physicalId()).groupName(groupOf(request)));
              return current;
            })
        .reading(
            Reading.of(
                "Name",
                name -> {
                  var found = scheduler().getSchedule(g -> g.name(name));
                  return new Reading.State(schedule(null, name), JsonShapes.tree(found, SCHEDULE));
                },
                () ->
                    scheduler()
                        .listSchedulesPaginator(l -> l.groupName(GroupKey.DEFAULT))
                        .schedules()
                        .stream()
                        .map(ScheduleSummary::name)
                        .toList()));
  }

  private static Property property(String name) {
    var property = Property.of(name);
    return switch (name) {
      case "FlexibleTimeWindow", "ScheduleExpression", "Target" -> property.mandatory();
      case "Name", "GroupName" -> property.replacing();
      default -> property;
    };
  }

  /// The same for every try of a step.
  private static String token(Request request) {
    var token = request.token().replaceAll("[^a-zA-Z0-9-_]", "-");
    return token.substring(Math.max(0, token.length() - 64));
  }

  private ResourceType group() {
    return new SimpleResource(
            "AWS::Scheduler::ScheduleGroup",
            List.of(Property.of("Name").replacing(), Property.of("Tags")),
            request -> {
              var name = name(request);
              scheduler()
                  .createScheduleGroup(
                      c -> c.name(name).tags(tags(request)).clientToken(token(request)));
              return group(name);
            },
            (request, current) -> {
              retag(GroupKey.of(current.physicalId()).arn(), request);
              return group(current.physicalId());
            },
            (request, current) -> {
              scheduler().deleteScheduleGroup(d -> d.name(current.physicalId()));
              return current;
            })
        .reading(
            Reading.of(
                "Name",
                name -> new Reading.State(group(name), Json.object().put("Name", name)),
                () ->
                    scheduler().listScheduleGroupsPaginator(l -> {}).scheduleGroups().stream()
                        .map(ScheduleGroupSummary::name)
                        .toList()));
  }

  private Resource group(String name) {
    var group = scheduler().getScheduleGroup(g -> g.name(name));
    return new Resource(name, attributes(group));
  }

  private static Map<String, JsonNode> attributes(GetScheduleGroupResponse group) {
    return Map.of(
        "Arn",
        Json.tree(group.arn()),
        "State",
        Json.tree(group.stateAsString()),
        "CreationDate",
        Json.tree(group.creationDate().toString()),
        "LastModificationDate",
        Json.tree(group.lastModificationDate().toString()));
  }

  private static List<Tag> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private void retag(String arn, Request request) {
    var wanted = tags(request);
    var keys = wanted.stream().map(Tag::key).toList();
    var gone =
        scheduler().listTagsForResource(l -> l.resourceArn(arn)).tags().stream()
            .map(Tag::key)
            .filter(key -> !keys.contains(key))
            .toList();
    if (!gone.isEmpty()) {
      scheduler().untagResource(u -> u.resourceArn(arn).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      scheduler().tagResource(t -> t.resourceArn(arn).tags(wanted));
    }
  }
}
