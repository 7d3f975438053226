package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.lambda.LambdaState.Version;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Makes a version's configuration from what requests say.
final class Configurations {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int LAYERS_MAX = 5;
  private static final Pattern LAYER =
      Pattern.compile("arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+");

  private final Cloud cloud;
  private final LayerStore layers;

  Configurations(Cloud cloud, LayerStore layers) {
    this.cloud = cloud;
    this.layers = layers;
  }

  /// Now, as in `LastModified`.
  String now() {
    return TIME.format(cloud.clock().now());
  }

  /// A new function's configuration, but for its code.
  FunctionConfiguration create(FunctionKey function, CreateFunctionRequest request) {
    var zip = request.packageType() == null || request.packageType() == PackageType.ZIP;
    if (!zip) {
      throw LambdaErrors.invalid("Terrarium does not run container images; use PackageType Zip.");
    }
    refuse("FileSystemConfigs", !request.fileSystemConfigs().isEmpty());
    refuse("ImageConfig", request.imageConfig() != null);
    refuse("DurableConfig", request.durableConfig() != null);
    refuse("CapacityProviderConfig", request.capacityProviderConfig() != null);
    refuse("TenancyConfig", request.tenancyConfig() != null);
    FunctionRules.role(request.role());
    FunctionRules.architectures(request.architecturesAsStrings());
    if (request.runtimeAsString() == null || request.handler() == null) {
      throw LambdaErrors.invalid(
          "Runtime and Handler are mandatory parameters for functions created with deployment"
              + " packages.");
    }
    var builder =
        FunctionConfiguration.builder()
            .functionName(function.name())
            .functionArn(function.arn())
            .version(FunctionKey.LATEST)
            .timeout(3)
            .memorySize(128)
            .description("")
            .packageType(PackageType.ZIP)
            .architecturesWithStrings(
                request.architecturesAsStrings().isEmpty()
                    ? List.of("x86_64")
                    : request.architecturesAsStrings())
            .ephemeralStorage(s -> s.size(512))
            .tracingConfig(t -> t.mode(TracingMode.PASS_THROUGH))
            .snapStart(s ->
                s.applyOn(SnapStartApplyOn.NONE)
                    .optimizationStatus(SnapStartOptimizationStatus.OFF))
            .runtimeVersionConfig(r ->
                r.runtimeVersionArn(
                    "arn:aws:lambda:" + function.scope().region() + "::runtime:" + "0".repeat(64)))
            .loggingConfig(
                l -> l.logFormat(LogFormat.TEXT).logGroup("/aws/lambda/" + function.name()))
            .state(State.ACTIVE)
            .lastUpdateStatus(LastUpdateStatus.SUCCESSFUL);
    var change = Shapes.copy(request, UpdateFunctionConfigurationRequest.builder());
    return apply(function, builder, change);
  }

  /// A configuration after a change.
  FunctionConfiguration update(
      FunctionKey function,
      FunctionConfiguration current,
      UpdateFunctionConfigurationRequest change) {
    refuse("FileSystemConfigs", !change.fileSystemConfigs().isEmpty());
    refuse("ImageConfig", change.imageConfig() != null);
    refuse("DurableConfig", change.durableConfig() != null);
    refuse("CapacityProviderConfig", change.capacityProviderConfig() != null);
    if (change.role() != null) {
      FunctionRules.role(change.role());
    }
    return apply(function, current.toBuilder(), change);
  }

  private FunctionConfiguration apply(
      FunctionKey function,
      FunctionConfiguration.Builder builder,
      UpdateFunctionConfigurationRequest change) {
    check(change);
    set(change.role(), builder::role);
    set(change.runtimeAsString(), builder::runtime);
    set(change.handler(), builder::handler);
    set(change.description(), builder::description);
    set(change.timeout(), builder::timeout);
    set(change.memorySize(), builder::memorySize);
    set(change.kmsKeyArn(), key -> builder.kmsKeyArn(key.isEmpty() ? null : key));
    set(change.ephemeralStorage(), builder::ephemeralStorage);
    if (change.environment() != null) {
      var variables = change.environment().variables();
      builder.environment(
          variables.isEmpty() ? null : EnvironmentResponse.builder().variables(variables).build());
    }
    if (change.deadLetterConfig() != null) {
      var target = change.deadLetterConfig().targetArn();
      builder.deadLetterConfig(
          target == null || target.isEmpty() ? null : change.deadLetterConfig());
    }
    if (change.tracingConfig() != null) {
      builder.tracingConfig(t -> t.mode(change.tracingConfig().mode()));
    }
    if (change.vpcConfig() != null) {
      var subnets = change.vpcConfig().subnetIds();
      builder.vpcConfig(v ->
          v.subnetIds(subnets)
              .securityGroupIds(change.vpcConfig().securityGroupIds())
              .ipv6AllowedForDualStack(
                  Boolean.TRUE.equals(change.vpcConfig().ipv6AllowedForDualStack()))
              .vpcId(""));
    }
    if (change.snapStart() != null) {
      builder.snapStart(s ->
          s.applyOn(change.snapStart().applyOn())
              .optimizationStatus(SnapStartOptimizationStatus.OFF));
    }
    if (change.hasLayers()) {
      builder.layers(layers(change.layers()));
    }
    if (change.loggingConfig() != null) {
      builder.loggingConfig(logging(function, change.loggingConfig()));
    }
    return touched(builder);
  }

  /// The configuration, modified now.
  FunctionConfiguration touched(FunctionConfiguration.Builder builder) {
    return builder.lastModified(now()).revisionId(cloud.ids().uuid()).build();
  }

  private void check(UpdateFunctionConfigurationRequest change) {
    FunctionRules.timeout(change.timeout());
    FunctionRules.memory(change.memorySize());
    FunctionRules.description(change.description());
    FunctionRules.handler(change.handler());
    if (change.ephemeralStorage() != null) {
      FunctionRules.storage(change.ephemeralStorage().size());
    }
    if (change.runtimeAsString() != null) {
      Runtimes.of(change.runtimeAsString());
    }
    FunctionRules.kmsKey(change.kmsKeyArn());
    if (change.tracingConfig() != null) {
      FunctionRules.oneOf(
          "tracingConfig.mode", change.tracingConfig().modeAsString(), "Active", "PassThrough");
    }
    if (change.snapStart() != null) {
      FunctionRules.oneOf(
          "snapStart.applyOn", change.snapStart().applyOnAsString(), "PublishedVersions", "None");
    }
    if (change.environment() != null) {
      FunctionRules.environment(change.environment().variables());
    }
    if (change.deadLetterConfig() != null) {
      var target = change.deadLetterConfig().targetArn();
      if (target != null && !target.isEmpty() && !target.matches("arn:[^:]+:(sqs|sns):.*")) {
        throw LambdaErrors.invalid(
            "The provided target ARN is invalid. Only SQS and SNS ARNs are accepted.");
      }
    }
  }

  private static LoggingConfig logging(FunctionKey function, LoggingConfig given) {
    FunctionRules.oneOf("loggingConfig.logFormat", given.logFormatAsString(), "JSON", "Text");
    FunctionRules.oneOf(
        "loggingConfig.applicationLogLevel",
        given.applicationLogLevelAsString(),
        "TRACE",
        "DEBUG",
        "INFO",
        "WARN",
        "ERROR",
        "FATAL");
    FunctionRules.oneOf(
        "loggingConfig.systemLogLevel", given.systemLogLevelAsString(), "DEBUG", "INFO", "WARN");
    var json = given.logFormat() == LogFormat.JSON;
    if (!json && (given.applicationLogLevel() != null || given.systemLogLevel() != null)) {
      throw LambdaErrors.invalid("To configure a log level, you must set your log format to JSON.");
    }
    var application = given.applicationLogLevel();
    var system = given.systemLogLevel();
    return LoggingConfig.builder()
        .logFormat(json ? LogFormat.JSON : LogFormat.TEXT)
        .applicationLogLevel(json && application == null ? ApplicationLogLevel.INFO : application)
        .systemLogLevel(json && system == null ? SystemLogLevel.INFO : system)
        .logGroup(
            given.logGroup() == null || given.logGroup().isEmpty()
                ? "/aws/lambda/" + function.name()
                : given.logGroup())
        .build();
  }

  private List<Layer> layers(List<String> arns) {
    if (arns.size() > LAYERS_MAX) {
      throw LambdaErrors.invalid("Cannot reference more than " + LAYERS_MAX + " layers.");
    }
    if (!arns.stream().allMatch(arn -> LAYER.matcher(arn).matches())) {
      throw LambdaErrors.constraint(
          "layers",
          arns,
          "satisfy constraint: [Member must have length less than or equal to 140, Member must have"
              + " length greater than or equal to 1, Member must satisfy regular expression"
              + " pattern: "
              + LAYER
              + ", Member must not be null]");
    }
    var found = new ArrayList<Layer>();
    for (var arn : arns) {
      var layer = layers.find(arn);
      if (layer == null) {
        throw LambdaErrors.invalid("Layer version " + arn + " does not exist.");
      }
      found.add(
          Layer.builder().arn(arn).codeSize(layer.description().content().codeSize()).build());
    }
    return found;
  }

  /// The published version of what `$LATEST` is now.
  Version published(
      FunctionKey function, Version latest, long number, @Nullable String description) {
    var name = Long.toString(number);
    var builder =
        latest.configuration().toBuilder()
            .version(name)
            .functionArn(function.arn(name))
            .revisionId(cloud.ids().uuid());
    set(description, builder::description);
    var snapStart = latest.configuration().snapStart();
    if (snapStart != null && snapStart.applyOn() == SnapStartApplyOn.PUBLISHED_VERSIONS) {
      builder.snapStart(s ->
          s.applyOn(SnapStartApplyOn.PUBLISHED_VERSIONS)
              .optimizationStatus(SnapStartOptimizationStatus.ON));
    }
    return new Version(builder.build(), latest.blob());
  }

  /// A configuration as the answer to its creation shows it: AWS makes the function afterwards,
  /// Terrarium has made it, which whoever asks next will see.
  static FunctionConfiguration creating(FunctionConfiguration configuration) {
    return configuration.toBuilder()
        .state(State.PENDING)
        .stateReason("The function is being created.")
        .stateReasonCode(StateReasonCode.CREATING)
        .lastUpdateStatus((String) null)
        .build();
  }

  /// A configuration as the answer to a change of it shows it; as [#creating].
  static FunctionConfiguration updating(FunctionConfiguration configuration) {
    return configuration.toBuilder()
        .lastUpdateStatus(LastUpdateStatus.IN_PROGRESS)
        .lastUpdateStatusReason("The function is being created.")
        .lastUpdateStatusReasonCode("Creating")
        .build();
  }

  /// A configuration as lists show it: under its qualified ARN, without its state.
  static FunctionConfiguration listed(FunctionKey function, FunctionConfiguration configuration) {
    var version = configuration.version();
    return configuration.toBuilder()
        .functionArn(version.equals(FunctionKey.LATEST) ? function.arn() : function.arn(version))
        .state((String) null)
        .lastUpdateStatus((String) null)
        .build();
  }

  private static void refuse(String property, boolean present) {
    if (present) {
      throw LambdaErrors.invalid("Terrarium does not implement " + property + " of functions.");
    }
  }

  private static <T> void set(@Nullable T value, java.util.function.Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
