package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsMode;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsStatus;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsSummary;
import software.amazon.awssdk.services.dynamodb.model.DescribeContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContributorInsightsResponse;
import software.amazon.awssdk.services.dynamodb.model.ListContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListContributorInsightsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContributorInsightsResponse;

/// Whether it is to be known which keys of a table or index are used most. What is asked for is
/// kept and shown; no figures are gathered, and so no rules are named.
final class ContributorInsights extends DynamoPart {
  private static final String SETTING = "insights:";
  private static final int PAGE_MAX = 100;

  ContributorInsights(Tables tables) {
    super(tables);
  }

  private Table find(String name, @Nullable String index) {
    var table = tables.describe(name);
    if (index != null
        && table.layout().indexes().stream().noneMatch(known -> known.name().equals(index))) {
      throw DynamoErrors.notFound(
          "Requested resource not found: Index: "
              + index
              + " not found for table: "
              + table.key.name());
    }
    return table;
  }

  private static String setting(@Nullable String index) {
    return SETTING + (index == null ? "" : index);
  }

  @Override
  public UpdateContributorInsightsResponse updateContributorInsights(
      UpdateContributorInsightsRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .index(request.indexName())
        .required("contributorInsightsAction", request.contributorInsightsAction())
        .oneOf(
            "contributorInsightsAction",
            request.contributorInsightsActionAsString(),
            "ENABLE",
            "DISABLE")
        .check();
    var table = find(request.tableName(), request.indexName());
    var enable = request.contributorInsightsActionAsString().equals("ENABLE");
    var mode =
        request.contributorInsightsMode() == null
            ? ContributorInsightsMode.ACCESSED_AND_THROTTLED_KEYS
            : request.contributorInsightsMode();
    var state = (enable ? "ENABLED " : "DISABLED ") + mode + " " + tables.cloud.clock().now();
    tables.change(
        table,
        new Batch(),
        config -> {
          var settings = new HashMap<>(config.settings());
          settings.put(setting(request.indexName()), state);
          return config.withSettings(settings);
        });
    return UpdateContributorInsightsResponse.builder()
        .tableName(table.key.name())
        .indexName(request.indexName())
        .contributorInsightsStatus(
            enable ? ContributorInsightsStatus.ENABLING : ContributorInsightsStatus.DISABLING)
        .contributorInsightsMode(mode)
        .build();
  }

  @Override
  public DescribeContributorInsightsResponse describeContributorInsights(
      DescribeContributorInsightsRequest request) {
    new DynamoConstraints().table(request.tableName()).index(request.indexName()).check();
    var table = find(request.tableName(), request.indexName());
    var state = table.layout().config().settings().get(setting(request.indexName()));
    var response =
        DescribeContributorInsightsResponse.builder()
            .tableName(table.key.name())
            .indexName(request.indexName())
            .contributorInsightsStatus(ContributorInsightsStatus.DISABLED);
    if (state != null) {
      var parts = state.split(" ");
      response
          .contributorInsightsStatus(parts[0])
          .contributorInsightsMode(parts[1])
          .lastUpdateDateTime(Instant.parse(parts[2]));
    }
    return response.build();
  }

  @Override
  public ListContributorInsightsResponse listContributorInsights(
      ListContributorInsightsRequest request) {
    new DynamoConstraints()
        .atLeast("maxResults", request.maxResults(), 0)
        .atMost("maxResults", request.maxResults(), PAGE_MAX)
        .check();
    var names =
        request.tableName() == null
            ? tables.names(Call.current().scope(), "!", Integer.MAX_VALUE)
            : List.of(find(request.tableName(), null).key.name());
    var found = new ArrayList<ContributorInsightsSummary>();
    for (var name : names) {
      var table = tables.find(TableKey.of(name));
      Map<String, String> settings = table == null ? Map.of() : table.layout().config().settings();
      settings.entrySet().stream()
          .filter(setting -> setting.getKey().startsWith(SETTING))
          .sorted(Map.Entry.comparingByKey())
          .forEach(setting -> {
            var index = setting.getKey().substring(SETTING.length());
            var parts = setting.getValue().split(" ");
            found.add(
                ContributorInsightsSummary.builder()
                    .tableName(name)
                    .indexName(index.isEmpty() ? null : index)
                    .contributorInsightsStatus(parts[0])
                    .contributorInsightsMode(parts[1])
                    .build());
          });
    }
    var from = request.nextToken() == null ? 0 : Integer.parseInt(checked(request.nextToken()));
    var asked = request.maxResults() == null ? 0 : request.maxResults();
    var to = Math.min(found.size(), from + (asked == 0 ? PAGE_MAX : asked));
    return ListContributorInsightsResponse.builder()
        .contributorInsightsSummaries(found.subList(Math.min(from, to), to))
        .nextToken(to < found.size() ? Integer.toString(to) : null)
        .build();
  }

  private static String checked(String token) {
    if (!token.matches("[0-9]{1,6}")) {
      throw DynamoErrors.validation("Invalid NextToken");
    }
    return token;
  }
}
