package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Page;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ssm.model.GetParameterHistoryRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterHistoryResponse;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterHistory;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.ParameterVersionNotFoundException;

/// Reads parameters and their values.
final class SsmReads extends SsmPart {
  private static final int BY_PATH_MAX = 10;
  private static final int HISTORY_MAX = 50;

  SsmReads(Parameters parameters) {
    super(parameters);
  }

  @Override
  public GetParameterResponse getParameter(GetParameterRequest request) {
    new SsmConstraints().name(request.name()).check();
    return GetParameterResponse.builder()
        .parameter(read(request.name(), request.withDecryption()))
        .build();
  }

  @Override
  public GetParametersResponse getParameters(GetParametersRequest request) {
    new SsmConstraints()
        .present("names", request.hasNames())
        .count("names", request.names(), request.hasNames() ? 1 : 0, 10)
        .check();
    var found = new ArrayList<Parameter>();
    var invalid = new ArrayList<String>();
    for (var name : new LinkedHashSet<>(request.names())) {
      try {
        found.add(read(name, request.withDecryption()));
      } catch (ParameterNotFoundException | ParameterVersionNotFoundException e) {
        invalid.add(name); // AWS tells of these beside the others.
      }
    }
    return GetParametersResponse.builder().parameters(found).invalidParameters(invalid).build();
  }

  private Parameter read(String text, @Nullable Boolean decrypt) {
    var asked = Selector.of(text);
    var key = ParameterKey.of(asked.name());
    var head = parameters.head(key);
    var number = head.latest();
    if (!asked.selector().isEmpty()) {
      number = number(asked, head);
    }
    var version = parameters.version(key, number);
    if (version == null) {
      throw SsmErrors.noVersion(asked.wanted(), key.name());
    }
    return shown(key, version, decrypt).toBuilder()
        .selector(asked.selector().isEmpty() ? null : asked.selector())
        .build();
  }

  private static long number(Selector asked, Head head) throws AwsServiceException {
    if (asked.isVersion()) {
      return Long.parseLong(asked.wanted());
    }
    var labelled = head.labels().get(asked.wanted());
    if (labelled == null) {
      throw SsmErrors.noVersion(asked.wanted(), asked.name());
    }
    return labelled;
  }

  private Parameter shown(ParameterKey key, ParameterHistory version, @Nullable Boolean decrypt) {
    return Parameter.builder()
        .name(key.name())
        .type(version.type())
        .value(value(key, version, decrypt))
        .version(version.version())
        .lastModifiedDate(version.lastModifiedDate())
        .arn(key.arn())
        .dataType(version.dataType())
        .build();
  }

  private String value(ParameterKey key, ParameterHistory version, @Nullable Boolean decrypt) {
    return version.keyId() != null && Boolean.TRUE.equals(decrypt)
        ? new SecureValues(parameters.cloud).decrypt(key, version.value())
        : version.value();
  }

  @Override
  public GetParametersByPathResponse getParametersByPath(GetParametersByPathRequest request) {
    new SsmConstraints()
        .required("path", request.path())
        .length("path", request.path(), 1, 2048)
        .range("maxResults", request.maxResults(), 1, BY_PATH_MAX)
        .check();
    var path = path(request.path());
    Names.checkPath(path);
    var filters = Filters.ofPath(request.parameterFilters());
    var max = request.maxResults() == null ? BY_PATH_MAX : request.maxResults();
    var anyDepth = Boolean.TRUE.equals(request.recursive());
    var found = new ArrayList<ParameterHistory>();
    parameters.scan(
        Call.current().scope(),
        Parameters.after(request.nextToken()),
        (head, newest) -> {
          if (Names.isUnder(newest.name(), path, anyDepth) && filters.match(head, newest)) {
            found.add(filters.labelled(parameters, head, newest));
          }
          return found.size() <= max;
        });
    var more = found.size() > max;
    var shown =
        found.stream()
            .limit(max)
            .map(newest -> shown(ParameterKey.of(newest.name()), newest, request.withDecryption()))
            .toList();
    return GetParametersByPathResponse.builder()
        .parameters(shown)
        .nextToken(more ? Page.token(shown.getLast().name()) : null)
        .build();
  }

  /// A path may be told by its ARN.
  private static String path(String text) {
    var at = text.startsWith("arn:") ? text.indexOf(":parameter/") : -1;
    return at < 0 ? text : text.substring(at + ":parameter".length());
  }

  @Override
  public GetParameterHistoryResponse getParameterHistory(GetParameterHistoryRequest request) {
    new SsmConstraints()
        .name(request.name())
        .range("maxResults", request.maxResults(), 1, HISTORY_MAX)
        .check();
    var key = ParameterKey.of(request.name());
    var head = parameters.head(key);
    var max = request.maxResults() == null ? HISTORY_MAX : request.maxResults();
    var after = after(request.nextToken());
    var rest =
        parameters.history(key).stream().filter(version -> version.version() > after).toList();
    var shown = new ArrayList<ParameterHistory>();
    for (var version : rest.subList(0, Math.min(max, rest.size()))) {
      shown.add(
          version.toBuilder()
              .value(value(key, version, request.withDecryption()))
              .labels(head.labels(version.version()))
              .build());
    }
    var more = rest.size() > max;
    return GetParameterHistoryResponse.builder()
        .parameters(shown)
        .nextToken(more ? Page.token(Objects.toString(shown.getLast().version())) : null)
        .build();
  }

  private static long after(@Nullable String token) {
    var text = Parameters.after(token);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw SsmErrors.token();
    }
  }
}
