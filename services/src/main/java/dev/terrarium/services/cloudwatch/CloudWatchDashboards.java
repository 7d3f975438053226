package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.model.*;

/// Dashboards: kept and returned; whoever shows them reads their JSON. Global to an account.
final class CloudWatchDashboards implements CloudWatchPart {
  private final Cloud cloud;
  private final Keyspace<AlarmKey, GetDashboardResponse> dashboards;
  private final Keyspace<AlarmKey, DashboardEntry> entries;

  CloudWatchDashboards(Cloud cloud) {
    this.cloud = cloud;
    KeyCodec<AlarmKey> keys = AlarmKey.CODEC;
    this.dashboards =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.dashboards",
            keys,
            new PojoCodec<>(GetDashboardResponse::builder));
    this.entries =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.dashboardEntries",
            keys,
            new PojoCodec<>(DashboardEntry::builder));
  }

  private static AlarmKey key(@Nullable String name) {
    if (name == null) {
      throw CloudWatchMetrics.missing("DashboardName");
    }
    return new AlarmKey(Call.current().account(), "", name);
  }

  @Override
  public PutDashboardResponse putDashboard(PutDashboardRequest request) {
    var key = key(request.dashboardName());
    if (!key.name().matches("[A-Za-z0-9_-]{1,255}")) {
      throw invalid(
          "The value "
              + key.name()
              + " for field DashboardName contains invalid characters. It can only contain"
              + " alphanumerics, dash (-) and underscore (_).");
    }
    var body = request.dashboardBody();
    if (body == null) {
      throw CloudWatchMetrics.missing("DashboardBody");
    }
    try {
      if (!Json.parse(body).path("widgets").isArray()) {
        throw invalid(
            "The dashboard body is invalid, there are validation errors: Should have"
                + " required property 'widgets'");
      }
    } catch (IllegalArgumentException e) {
      throw invalid("The field DashboardBody must be a valid JSON object");
    }
    var arn =
        "arn:%s:cloudwatch::%s:dashboard/%s"
            .formatted(Call.current().scope().partition(), key.account(), key.name());
    var size = body.getBytes(StandardCharsets.UTF_8).length;
    var batch = new Batch();
    dashboards.put(
        batch,
        key,
        GetDashboardResponse.builder()
            .dashboardName(key.name())
            .dashboardArn(arn)
            .dashboardBody(body)
            .build());
    entries.put(
        batch,
        key,
        DashboardEntry.builder()
            .dashboardName(key.name())
            .dashboardArn(arn)
            .lastModified(cloud.clock().now())
            .size((long) size)
            .build());
    cloud.store().commit(batch);
    return PutDashboardResponse.builder().build();
  }

  @Override
  public GetDashboardResponse getDashboard(GetDashboardRequest request) {
    var found = dashboards.get(key(request.dashboardName()));
    if (found == null) {
      throw missing(String.valueOf(request.dashboardName()));
    }
    return found;
  }

  @Override
  public ListDashboardsResponse listDashboards(ListDashboardsRequest request) {
    var prefix = request.dashboardNamePrefix() == null ? "" : request.dashboardNamePrefix();
    var found = new ArrayList<DashboardEntry>();
    entries.scan(
        (key, entry) -> {
          if (key.name().startsWith(prefix)) {
            found.add(entry);
          }
          return true;
        },
        Call.current().account(),
        "");
    return ListDashboardsResponse.builder().dashboardEntries(found).build();
  }

  @Override
  public DeleteDashboardsResponse deleteDashboards(DeleteDashboardsRequest request) {
    var batch = new Batch();
    for (var name : request.dashboardNames()) {
      if (!entries.contains(key(name))) {
        throw missing(name);
      }
      dashboards.delete(batch, key(name));
      entries.delete(batch, key(name));
    }
    cloud.store().commit(batch);
    return DeleteDashboardsResponse.builder().build();
  }

  private static AwsServiceException missing(String name) {
    return Errors.of(
        DashboardNotFoundErrorException.builder(),
        404,
        "ResourceNotFound",
        "Dashboard " + name + " does not exist");
  }

  private static AwsServiceException invalid(String message) {
    return Errors.of(
        DashboardInvalidInputErrorException.builder(), 400, "InvalidParameterInput", message);
  }
}
