package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.ssm.Parameters.VersionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParameterResponse;
import software.amazon.awssdk.services.ssm.model.DeleteParametersRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParametersResponse;
import software.amazon.awssdk.services.ssm.model.ParameterHistory;
import software.amazon.awssdk.services.ssm.model.ParameterInlinePolicy;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterResponse;

/// Sets and deletes parameters.
final class SsmWrites extends SsmPart {
  private static final String HANDLER = "ssm.expire";
  private static final int VERSIONS_MAX = 100;
  private static final int STANDARD_BYTES_MAX = 4096;
  private static final int ADVANCED_BYTES_MAX = 8192;
  private static final Pattern KEY_ID = Pattern.compile("^([a-zA-Z0-9:/_-]+)$");

  SsmWrites(Parameters parameters) {
    super(parameters);
  }

  void start() {
    parameters.cloud.timers().handle(HANDLER, this::expire);
  }

  @Override
  public PutParameterResponse putParameter(PutParameterRequest request) {
    check(request);
    var key = ParameterKey.of(request.name());
    Names.check(key);
    var tags = SsmTags.of(request.tags());
    var overwrite = Boolean.TRUE.equals(request.overwrite());
    if (overwrite && !tags.isEmpty()) {
      throw SsmErrors.validation(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
    }
    var before = newest(key);
    if (before != null && !overwrite) {
      throw SsmErrors.alreadyExists();
    }
    var draft = draft(request, key, before);
    return put(key, draft, tags, overwrite);
  }

  private static void check(PutParameterRequest request) {
    new SsmConstraints()
        .name(request.name())
        .length("description", request.description(), 0, 1024)
        .required("value", request.value())
        .length("value", request.value(), 1, Integer.MAX_VALUE)
        .oneOf("type", request.typeAsString(), "SecureString", "StringList", "String")
        .length("keyId", request.keyId(), 1, 256)
        .pattern("keyId", request.keyId(), KEY_ID)
        .length("allowedPattern", request.allowedPattern(), 0, 1024)
        .oneOf("tier", request.tierAsString(), "Standard", "Advanced", "Intelligent-Tiering")
        .length("policies", request.policies(), 1, 4096)
        .length("dataType", request.dataType(), 0, 128)
        .check();
  }

  private @Nullable ParameterHistory newest(ParameterKey key) {
    var head = parameters.heads.get(key);
    return head == null ? null : parameters.version(key, head.latest());
  }

  /// The new version, without its number. What the request leaves out stays as it was.
  private ParameterHistory draft(
      PutParameterRequest request, ParameterKey key, @Nullable ParameterHistory before) {
    var type = request.typeAsString();
    if (type == null) {
      if (before == null) {
        throw SsmErrors.validation("A parameter type is required when you create a parameter.");
      }
      type = before.typeAsString();
    }
    var secure = type.equals("SecureString");
    if (request.keyId() != null && !secure) {
      throw SsmErrors.validation("KeyId is not required for String type parameter.");
    }
    var dataType = dataType(request, type, before);
    var pattern = request.allowedPattern();
    if (pattern == null && before != null) {
      pattern = before.allowedPattern();
    }
    checkPattern(pattern, request.value());
    var given = InlinePolicies.of(request.policies());
    var policies =
        given == null
            ? before == null ? List.<ParameterInlinePolicy>of() : before.policies()
            : given;
    var tier = tier(request, before, !policies.isEmpty());
    var keyId = request.keyId();
    if (secure && keyId == null) {
      keyId = before != null && before.keyId() != null ? before.keyId() : "alias/aws/ssm";
    }
    var description = request.description();
    if (description == null && before != null) {
      description = before.description();
    }
    return ParameterHistory.builder()
        .name(key.name())
        .type(type)
        .keyId(keyId)
        .lastModifiedDate(parameters.cloud.clock().now())
        .lastModifiedUser(Call.current().principal().arn())
        .description(description)
        .value(keyId == null ? request.value() : secured(key, keyId, request.value()))
        .allowedPattern(pattern == null || pattern.isEmpty() ? null : pattern)
        .tier(tier)
        .policies(policies)
        .dataType(dataType)
        .build();
  }

  private String secured(ParameterKey key, String keyId, String value) {
    if (parameters.cloud.service("kms") == null) {
      throw SsmErrors.missing("SecureString where the SDK's module of KMS is absent");
    }
    return new SecureValues(parameters.cloud).encrypt(key, keyId, value);
  }

  private static String dataType(
      PutParameterRequest request, String type, @Nullable ParameterHistory before) {
    var given = request.dataType();
    if (given == null) {
      return before == null ? "text" : before.dataType();
    }
    switch (given) {
      case "text" -> {}
      case "aws:ec2:image" -> {
        if (!type.equals("String") || !request.value().matches("ami-[0-9a-z]{8,17}")) {
          throw SsmErrors.validation(
              "The parameter value is not valid for the data type aws:ec2:image.");
        }
      }
      case "aws:ssm:integration" -> {
        if (!type.equals("SecureString")) {
          throw SsmErrors.validation(
              "The parameter type for the data type aws:ssm:integration must be SecureString.");
        }
      }
      default ->
          throw SsmErrors.validation(
              "The following data type is not supported: "
                  + given
                  + " (Data type names are all lowercase.)");
    }
    return given;
  }

  private static void checkPattern(@Nullable String pattern, String value) {
    if (pattern == null || pattern.isEmpty()) {
      return;
    }
    boolean fits;
    try {
      fits = Pattern.compile(pattern).matcher(value).find();
    } catch (PatternSyntaxException e) {
      throw SsmErrors.allowedPattern("The allowed pattern is not valid: " + pattern);
    }
    if (!fits) {
      throw SsmErrors.mismatch(pattern);
    }
  }

  private static String tier(
      PutParameterRequest request, @Nullable ParameterHistory before, boolean policies) {
    var asked = request.tierAsString();
    var length = request.value().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    var was = before == null ? "Standard" : before.tierAsString();
    if (length > ADVANCED_BYTES_MAX) {
      throw SsmErrors.validation(
          "Standard".equals(asked) || asked == null && was.equals("Standard")
              ? tooLongForStandard()
              : "Advanced tier parameters support a maximum parameter value of 8192 characters.");
    }
    if ("Intelligent-Tiering".equals(asked)) {
      return was.equals("Advanced") || length > STANDARD_BYTES_MAX || policies
          ? "Advanced"
          : "Standard";
    }
    if ("Standard".equals(asked) && was.equals("Advanced")) {
      throw SsmErrors.validation(
          "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.");
    }
    var tier = asked == null ? was : asked;
    if (tier.equals("Standard") && length > STANDARD_BYTES_MAX) {
      throw SsmErrors.validation(tooLongForStandard());
    }
    if (tier.equals("Standard") && policies) {
      throw SsmErrors.validation(
          "Parameter policies are only supported for parameters of the advanced-parameter tier.");
    }
    return tier;
  }

  private static String tooLongForStandard() {
    return "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";
  }

  private PutParameterResponse put(
      ParameterKey key, ParameterHistory draft, Map<String, String> tags, boolean overwrite) {
    return parameters.locks.with(
        key,
        () -> {
          var head = parameters.heads.get(key);
          if (head != null && !overwrite) {
            throw SsmErrors.alreadyExists();
          }
          var number = head == null ? 1 : head.latest() + 1;
          var batch = new Batch();
          if (head != null) {
            makeRoom(batch, key, head, number);
          }
          var next =
              head == null ? new Head(1, Map.of(), tags, List.of()) : head.withLatest(number);
          parameters.heads.put(batch, key, next);
          var version = draft.toBuilder().version(number).build();
          parameters.versions.put(batch, new VersionKey(key, number), version);
          ParameterChanges.tell(
              parameters.cloud,
              batch,
              key,
              head == null ? "Create" : "Update",
              version.typeAsString(),
              version.description());
          InlinePolicies.expiration(draft.policies())
              .ifPresent(due ->
                  parameters
                      .cloud
                      .timers()
                      .schedule(
                          batch,
                          new Timer(
                              due,
                              HANDLER,
                              key.account() + " " + key.region() + " " + key.name())));
          parameters.cloud.store().commit(batch);
          return PutParameterResponse.builder().version(number).tier(draft.tier()).build();
        });
  }

  /// A hundred versions are kept, and never one with a label is given up.
  private void makeRoom(Batch batch, ParameterKey key, Head head, long next) {
    var oldest = next - VERSIONS_MAX;
    if (oldest < 1) {
      return;
    }
    if (!head.labels(oldest).isEmpty()) {
      throw SsmErrors.maxVersions(key.name(), oldest);
    }
    parameters.versions.delete(batch, new VersionKey(key, oldest));
  }

  private void expire(Timer timer) {
    var parts = timer.id().split(" ", 3);
    var key = new ParameterKey(parts[0], parts[1], parts[2]);
    var now = newest(key);
    if (now == null) {
      return;
    }
    var due = InlinePolicies.expiration(now.policies());
    if (due.isPresent() && !due.get().isAfter(parameters.cloud.clock().now())) {
      parameters.delete(key);
    }
  }

  @Override
  public DeleteParameterResponse deleteParameter(DeleteParameterRequest request) {
    new SsmConstraints().name(request.name()).check();
    if (!parameters.delete(ParameterKey.of(request.name()))) {
      throw SsmErrors.notFound();
    }
    return DeleteParameterResponse.builder().build();
  }

  @Override
  public DeleteParametersResponse deleteParameters(DeleteParametersRequest request) {
    new SsmConstraints()
        .present("names", request.hasNames())
        .count("names", request.names(), request.hasNames() ? 1 : 0, 10)
        .check();
    var deleted = new ArrayList<String>();
    var invalid = new ArrayList<String>();
    Predicate<String> delete = name -> parameters.delete(ParameterKey.of(name));
    for (var name : request.names()) {
      (delete.test(name) ? deleted : invalid).add(name);
    }
    return DeleteParametersResponse.builder()
        .deletedParameters(deleted)
        .invalidParameters(invalid)
        .build();
  }
}
