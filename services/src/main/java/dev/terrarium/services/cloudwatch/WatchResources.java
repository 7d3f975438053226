package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/// `AWS::CloudWatch::CompositeAlarm` and `AWS::CloudWatch::Dashboard`.
final class WatchResources {
  private final Cloud cloud;

  private WatchResources(Cloud cloud) {
    this.cloud = cloud;
  }

  static List<ResourceType> of(Cloud cloud) {
    var resources = new WatchResources(cloud);
    return List.of(resources.composite(), resources.dashboard());
  }

  private CloudWatchClient watch() {
    return cloud.client(CloudWatchClient.class);
  }

  private ResourceType composite() {
    var properties = new ArrayList<Property>();
    for (var name :
        List.of(
            "ActionsEnabled",
            "ActionsSuppressor",
            "ActionsSuppressorExtensionPeriod",
            "ActionsSuppressorWaitPeriod",
            "AlarmActions",
            "AlarmDescription",
            "InsufficientDataActions",
            "OKActions",
            "Tags")) {
      properties.add(Property.of(name));
    }
    properties.add(Property.of("AlarmName").replacing());
    properties.add(Property.of("AlarmRule").mandatory());
    return new SimpleResource(
        "AWS::CloudWatch::CompositeAlarm",
        properties,
        request ->
            putAlarm(
                request, request.properties().path("AlarmName").asText(request.generatedName(255))),
        (request, current) -> putAlarm(request, current.physicalId()),
        (request, current) -> {
          watch().deleteAlarms(d -> d.alarmNames(current.physicalId()));
          return current;
        },
        compositeReading());
  }

  private Resource putAlarm(Request request, String name) {
    var p = request.properties();
    watch()
        .putCompositeAlarm(a ->
            a.alarmName(name)
                .alarmRule(p.path("AlarmRule").asText())
                .alarmDescription(AlarmResource.text(p, "AlarmDescription"))
                .actionsEnabled(p.path("ActionsEnabled").asBoolean(true))
                .alarmActions(AlarmResource.texts(p.path("AlarmActions")))
                .okActions(AlarmResource.texts(p.path("OKActions")))
                .insufficientDataActions(AlarmResource.texts(p.path("InsufficientDataActions")))
                .actionsSuppressor(AlarmResource.text(p, "ActionsSuppressor"))
                .actionsSuppressorWaitPeriod(AlarmResource.number(p, "ActionsSuppressorWaitPeriod"))
                .actionsSuppressorExtensionPeriod(
                    AlarmResource.number(p, "ActionsSuppressorExtensionPeriod"))
                .tags(AlarmResource.tags(p.path("Tags"))));
    var key = CloudWatchAlarms.key(name);
    return new Resource(name, Map.of("Arn", Json.tree(key.arn())));
  }

  private ResourceType dashboard() {
    return new SimpleResource(
        "AWS::CloudWatch::Dashboard",
        List.of(Property.of("DashboardName").replacing(), Property.of("DashboardBody").mandatory()),
        request ->
            putDashboard(
                request,
                request.properties().path("DashboardName").asText(request.generatedName(255))),
        (request, current) -> putDashboard(request, current.physicalId()),
        (request, current) -> {
          watch().deleteDashboards(d -> d.dashboardNames(current.physicalId()));
          return current;
        },
        dashboardReading());
  }

  private Resource putDashboard(Request request, String name) {
    var body = request.properties().path("DashboardBody");
    watch()
        .putDashboard(d ->
            d.dashboardName(name)
                .dashboardBody(body.isObject() ? Json.write(body) : body.asText()));
    return new Resource(name, Map.of());
  }

  private Reading compositeReading() {
    return Reading.of(
        "AlarmName",
        name -> {
          var found =
              watch()
                  .describeAlarms(d -> d.alarmNames(name).alarmTypesWithStrings("CompositeAlarm"))
                  .compositeAlarms();
          return found.isEmpty()
              ? null
              : new Reading.State(
                  new Resource(name, Map.of("Arn", Json.tree(found.getFirst().alarmArn()))),
                  JsonShapes.tree(
                          found.getFirst(),
                          List.of("AlarmRule", "AlarmDescription", "ActionsEnabled"))
                      .put("AlarmName", name));
        },
        () ->
            watch()
                .describeAlarms(d -> d.alarmTypesWithStrings("CompositeAlarm"))
                .compositeAlarms()
                .stream()
                .map(alarm -> alarm.alarmName())
                .toList());
  }

  private Reading dashboardReading() {
    return Reading.of(
        "DashboardName",
        name -> {
          var body = watch().getDashboard(g -> g.dashboardName(name)).dashboardBody();
          var told = Json.object().put("DashboardName", name);
          told.set("DashboardBody", Json.parse(body));
          return new Reading.State(new Resource(name, Map.of()), told);
        },
        () ->
            watch().listDashboards(l -> {}).dashboardEntries().stream()
                .map(entry -> entry.dashboardName())
                .toList());
  }
}
