package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Page;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ssm.model.DescribeParametersRequest;
import software.amazon.awssdk.services.ssm.model.DescribeParametersResponse;
import software.amazon.awssdk.services.ssm.model.ParameterHistory;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;

/// Lists parameters without their values.
final class SsmQueries extends SsmPart {
  private static final int DEFAULT_MAX = 10;

  SsmQueries(Parameters parameters) {
    super(parameters);
  }

  @Override
  public DescribeParametersResponse describeParameters(DescribeParametersRequest request) {
    var constraints = new SsmConstraints().range("maxResults", request.maxResults(), 1, 50);
    for (int i = 0; i < request.filters().size(); i++) {
      var filter = request.filters().get(i);
      var name = "filters." + (i + 1) + ".member.";
      constraints
          .required(name + "key", filter.keyAsString())
          .oneOf(name + "key", filter.keyAsString(), "Type", "KeyId", "Name")
          .present(name + "values", filter.hasValues())
          .count(name + "values", filter.values(), filter.hasValues() ? 1 : 0, 50);
    }
    constraints.check();
    if (!request.filters().isEmpty() && !request.parameterFilters().isEmpty()) {
      throw SsmErrors.validation(
          "You can use either Filters or ParameterFilters in a single request.");
    }
    if (Boolean.TRUE.equals(request.shared())) {
      // Parameters are shared through AWS RAM, of which there is none here.
      return DescribeParametersResponse.builder().parameters(List.of()).build();
    }
    var filters =
        request.filters().isEmpty()
            ? Filters.ofListing(request.parameterFilters())
            : Filters.ofOlder(request.filters());
    var max = request.maxResults() == null ? DEFAULT_MAX : request.maxResults();
    var found = new ArrayList<ParameterMetadata>();
    parameters.scan(
        Call.current().scope(),
        Parameters.after(request.nextToken()),
        (head, newest) -> {
          if (filters.match(head, newest)) {
            found.add(shown(newest));
          }
          return found.size() <= max;
        });
    var more = found.size() > max;
    var shown = more ? found.subList(0, max) : found;
    return DescribeParametersResponse.builder()
        .parameters(shown)
        .nextToken(more ? Page.token(shown.getLast().name()) : null)
        .build();
  }

  private static ParameterMetadata shown(ParameterHistory newest) {
    return ParameterMetadata.builder()
        .name(newest.name())
        .arn(ParameterKey.of(newest.name()).arn())
        .type(newest.type())
        .keyId(newest.keyId())
        .lastModifiedDate(newest.lastModifiedDate())
        .lastModifiedUser(newest.lastModifiedUser())
        .description(newest.description())
        .allowedPattern(newest.allowedPattern())
        .version(newest.version())
        .tier(newest.tier())
        .policies(newest.policies())
        .dataType(newest.dataType())
        .build();
  }
}
