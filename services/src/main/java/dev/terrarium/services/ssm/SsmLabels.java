package dev.terrarium.services.ssm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ssm.model.LabelParameterVersionRequest;
import software.amazon.awssdk.services.ssm.model.LabelParameterVersionResponse;
import software.amazon.awssdk.services.ssm.model.UnlabelParameterVersionRequest;
import software.amazon.awssdk.services.ssm.model.UnlabelParameterVersionResponse;

/// Names for versions. A label is on one version at a time.
final class SsmLabels extends SsmPart {
  private static final int PER_VERSION_MAX = 10;
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_.-][a-zA-Z0-9_.-]*");

  SsmLabels(Parameters parameters) {
    super(parameters);
  }

  private static boolean isValid(String label) {
    var lower = label.toLowerCase(Locale.ROOT);
    return LABEL.matcher(label).matches() && !lower.startsWith("aws") && !lower.startsWith("ssm");
  }

  @Override
  public LabelParameterVersionResponse labelParameterVersion(LabelParameterVersionRequest request) {
    var constraints =
        new SsmConstraints()
            .name(request.name())
            .present("labels", request.hasLabels())
            .count("labels", request.labels(), request.hasLabels() ? 1 : 0, PER_VERSION_MAX);
    for (var label : request.labels()) {
      if (label.length() > 100) {
        constraints.refuse(
            request.labels(),
            "labels",
            "Member must satisfy constraint: [Member must have length less than or equal to 100, Member must have length greater than or equal to 1]");
      }
    }
    constraints.check();
    var key = ParameterKey.of(request.name());
    var head = parameters.head(key);
    long version = Objects.requireNonNullElse(request.parameterVersion(), head.latest());
    if (parameters.version(key, version) == null) {
      throw SsmErrors.noVersion(Long.toString(version), key.name());
    }
    var invalid = request.labels().stream().filter(label -> !isValid(label)).toList();
    if (invalid.isEmpty()) {
      parameters.change(
          key,
          now -> {
            var labels = new LinkedHashMap<>(now.labels());
            request.labels().forEach(label -> labels.put(label, version));
            if (labels.values().stream().filter(on -> on == version).count() > PER_VERSION_MAX) {
              throw SsmErrors.labelLimit();
            }
            return now.withLabels(labels);
          });
    }
    return LabelParameterVersionResponse.builder()
        .invalidLabels(invalid)
        .parameterVersion(version)
        .build();
  }

  @Override
  public UnlabelParameterVersionResponse unlabelParameterVersion(
      UnlabelParameterVersionRequest request) {
    new SsmConstraints()
        .name(request.name())
        .required("parameterVersion", request.parameterVersion())
        .present("labels", request.hasLabels())
        .count("labels", request.labels(), request.hasLabels() ? 1 : 0, PER_VERSION_MAX)
        .check();
    var key = ParameterKey.of(request.name());
    var _ = parameters.head(key);
    long version = request.parameterVersion();
    if (parameters.version(key, version) == null) {
      throw SsmErrors.noVersion(Long.toString(version), key.name());
    }
    var removed = new ArrayList<String>();
    var invalid = new ArrayList<String>();
    parameters.change(
        key,
        now -> {
          var labels = new LinkedHashMap<>(now.labels());
          for (var label : request.labels()) {
            (labels.remove(label, version) ? removed : invalid).add(label);
          }
          return now.withLabels(labels);
        });
    return UnlabelParameterVersionResponse.builder()
        .removedLabels(List.copyOf(removed))
        .invalidLabels(List.copyOf(invalid))
        .build();
  }
}
