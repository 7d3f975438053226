package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Code signing configurations and the functions that have one.
///
/// Nobody signs code here: every package is unsigned, which a configuration that warns lets pass
/// and one that enforces refuses.
final class CodeSigning implements LambdaPart {
  private static final String SETTING = "signing";
  private static final String PREFIX = "code-signing-config:";

  private record ConfigKey(Scope scope, String id) {
    String arn() {
      return scope.arn("lambda", PREFIX + id);
    }
  }

  private final Cloud cloud;
  private final LambdaState state;
  private final Configurations configurations;
  private final Tags tags;
  private final Keyspace<ConfigKey, CodeSigningConfig> configs;

  CodeSigning(Cloud cloud, LambdaState state, LayerStore layers, Tags tags) {
    this.cloud = cloud;
    this.state = state;
    this.configurations = new Configurations(cloud, layers);
    this.tags = tags;
    this.configs =
        new Keyspace<>(
            cloud.store(),
            "lambda.codesigning",
            KeyCodec.of(
                (key, to) ->
                    to.string(key.scope.account()).string(key.scope.region()).string(key.id),
                from -> new ConfigKey(new Scope(from.string(), from.string()), from.string())),
            new PojoCodec<>(CodeSigningConfig::builder));
    tags.known(PREFIX, arn -> configs.contains(key(arn.toString())));
  }

  /// Refuses unsigned code where a configuration wants signatures.
  ///
  /// @param arn of the configuration, or null if there is none
  void checkCode(@Nullable String arn) {
    var config = arn == null ? null : attachable(arn);
    if (config != null
        && config.codeSigningPolicies().untrustedArtifactOnDeployment()
            == CodeSigningPolicy.ENFORCE) {
      throw Errors.of(
          CodeVerificationFailedException.builder().type("User"),
          400,
          "CodeVerificationFailedException",
          "The code signature failed one or more of the validation checks for signature mismatch or"
              + " expiration, and the code signing policy is set to ENFORCE. Lambda blocks the"
              + " deployment.");
    }
  }

  /// The configuration of a function, or null.
  @Nullable String of(FunctionKey function) {
    return state.settings.get(new QualifiedKey(function, SETTING));
  }

  /// Gives a new function its configuration.
  void attach(Batch batch, FunctionKey function, String arn) {
    state.settings.put(batch, new QualifiedKey(function, SETTING), arn);
  }

  @Override
  public CreateCodeSigningConfigResponse createCodeSigningConfig(
      CreateCodeSigningConfigRequest request) {
    checkPublishers(request.allowedPublishers());
    FunctionRules.description(request.description());
    Tags.check(request.tags());
    var key = new ConfigKey(Call.current().scope(), "csc-" + cloud.ids().hex(17));
    var config =
        CodeSigningConfig.builder()
            .codeSigningConfigId(key.id)
            .codeSigningConfigArn(key.arn())
            .description(request.description() == null ? "" : request.description())
            .allowedPublishers(request.allowedPublishers())
            .codeSigningPolicies(policies(request.codeSigningPolicies(), null))
            .lastModified(configurations.now())
            .build();
    var batch = new Batch();
    configs.put(batch, key, config);
    tags.put(batch, key.arn(), request.tags());
    state.store.commit(batch);
    return CreateCodeSigningConfigResponse.builder().codeSigningConfig(config).build();
  }

  @Override
  public GetCodeSigningConfigResponse getCodeSigningConfig(GetCodeSigningConfigRequest request) {
    return GetCodeSigningConfigResponse.builder()
        .codeSigningConfig(require(request.codeSigningConfigArn()))
        .build();
  }

  @Override
  public UpdateCodeSigningConfigResponse updateCodeSigningConfig(
      UpdateCodeSigningConfigRequest request) {
    var key = key(request.codeSigningConfigArn());
    if (request.allowedPublishers() != null) {
      checkPublishers(request.allowedPublishers());
    }
    FunctionRules.description(request.description());
    var changed =
        state.locks.with(
            key,
            () -> {
              var current = require(request.codeSigningConfigArn());
              var builder = current.toBuilder().lastModified(configurations.now());
              if (request.description() != null) {
                builder.description(request.description());
              }
              if (request.allowedPublishers() != null) {
                builder.allowedPublishers(request.allowedPublishers());
              }
              builder.codeSigningPolicies(
                  policies(request.codeSigningPolicies(), current.codeSigningPolicies()));
              var config = builder.build();
              configs.put(key, config);
              return config;
            });
    return UpdateCodeSigningConfigResponse.builder().codeSigningConfig(changed).build();
  }

  @Override
  public DeleteCodeSigningConfigResponse deleteCodeSigningConfig(
      DeleteCodeSigningConfigRequest request) {
    var arn = request.codeSigningConfigArn();
    require(arn);
    if (!functions(arn).isEmpty()) {
      throw LambdaErrors.conflict(
          "The code signing configuration cannot be deleted because it is used by one or more"
              + " functions: "
              + arn);
    }
    var batch = new Batch();
    configs.delete(batch, key(arn));
    tags.delete(batch, arn);
    state.store.commit(batch);
    return DeleteCodeSigningConfigResponse.builder().build();
  }

  @Override
  public ListCodeSigningConfigsResponse listCodeSigningConfigs(
      ListCodeSigningConfigsRequest request) {
    var scope = Call.current().scope();
    var all = configs.list(scope.account(), scope.region());
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListCodeSigningConfigsResponse.builder()
        .codeSigningConfigs(page.items())
        .nextMarker(page.next())
        .build();
  }

  @Override
  public PutFunctionCodeSigningConfigResponse putFunctionCodeSigningConfig(
      PutFunctionCodeSigningConfigRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    attachable(request.codeSigningConfigArn());
    state.settings.put(
        new QualifiedKey(reference.function(), SETTING), request.codeSigningConfigArn());
    return PutFunctionCodeSigningConfigResponse.builder()
        .codeSigningConfigArn(request.codeSigningConfigArn())
        .functionName(reference.function().name())
        .build();
  }

  @Override
  public GetFunctionCodeSigningConfigResponse getFunctionCodeSigningConfig(
      GetFunctionCodeSigningConfigRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    return GetFunctionCodeSigningConfigResponse.builder()
        .codeSigningConfigArn(of(reference.function()))
        .functionName(reference.function().name())
        .build();
  }

  @Override
  public DeleteFunctionCodeSigningConfigResponse deleteFunctionCodeSigningConfig(
      DeleteFunctionCodeSigningConfigRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    state.settings.delete(new QualifiedKey(reference.function(), SETTING));
    return DeleteFunctionCodeSigningConfigResponse.builder().build();
  }

  @Override
  public ListFunctionsByCodeSigningConfigResponse listFunctionsByCodeSigningConfig(
      ListFunctionsByCodeSigningConfigRequest request) {
    require(request.codeSigningConfigArn());
    var page =
        Pages.of(
            functions(request.codeSigningConfigArn()), request.marker(), request.maxItems(), 50);
    return ListFunctionsByCodeSigningConfigResponse.builder()
        .functionArns(page.items())
        .nextMarker(page.next())
        .build();
  }

  private List<String> functions(String config) {
    var scope = key(config).scope;
    var all = new ArrayList<String>();
    state.settings.scan(
        (key, value) -> {
          if (key.qualifier().equals(SETTING) && value.equals(config)) {
            all.add(key.function().arn());
          }
          return true;
        },
        scope.account(),
        scope.region());
    return all;
  }

  private CodeSigningConfig require(@Nullable String arn) {
    var config = configs.get(key(arn));
    if (config == null) {
      throw LambdaErrors.notFound(
          "The Lambda code signing configuration " + arn + " can not be found.");
    }
    return config;
  }

  private CodeSigningConfig attachable(@Nullable String arn) {
    var config = configs.get(key(arn));
    if (config == null) {
      throw Errors.of(
          CodeSigningConfigNotFoundException.builder().type("User"),
          404,
          "CodeSigningConfigNotFoundException",
          "The code signing configuration cannot be found. Check that the provided configuration is"
              + " not deleted: "
              + arn
              + ".");
    }
    return config;
  }

  private static ConfigKey key(@Nullable String given) {
    var arn = given == null ? null : Arn.of(given).orElse(null);
    if (arn == null || !arn.resource().matches(PREFIX + "csc-[a-z0-9]{17}")) {
      throw LambdaErrors.constraint(
          "codeSigningConfigArn",
          given,
          given == null
              ? "not be null"
              : "satisfy regular expression pattern:"
                  + " arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:code-signing-config:csc-[a-z0-9]{17}");
    }
    return new ConfigKey(arn.scope(), arn.resource().substring(PREFIX.length()));
  }

  private static void checkPublishers(@Nullable AllowedPublishers publishers) {
    if (publishers == null) {
      throw LambdaErrors.constraint("allowedPublishers", null, "not be null");
    }
    var profiles = publishers.signingProfileVersionArns();
    if (profiles.isEmpty() || profiles.size() > 20) {
      throw LambdaErrors.constraint(
          "allowedPublishers.signingProfileVersionArns",
          profiles,
          profiles.isEmpty()
              ? "have length greater than or equal to 1"
              : "have length less than or equal to 20");
    }
  }

  private static CodeSigningPolicies policies(
      @Nullable CodeSigningPolicies given, @Nullable CodeSigningPolicies before) {
    if (given == null || given.untrustedArtifactOnDeploymentAsString() == null) {
      return before == null
          ? CodeSigningPolicies.builder()
              .untrustedArtifactOnDeployment(CodeSigningPolicy.WARN)
              .build()
          : before;
    }
    if (given.untrustedArtifactOnDeployment() == CodeSigningPolicy.UNKNOWN_TO_SDK_VERSION) {
      throw LambdaErrors.constraint(
          "codeSigningPolicies.untrustedArtifactOnDeployment",
          given.untrustedArtifactOnDeploymentAsString(),
          "satisfy enum value set: [Warn, Enforce]");
    }
    return given;
  }
}
