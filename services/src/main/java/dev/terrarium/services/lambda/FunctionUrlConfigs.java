package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Function URLs: making, showing and removing them. [FunctionUrls] serves them.
final class FunctionUrlConfigs implements LambdaPart {
  private final Cloud cloud;
  private final LambdaState state;
  private final Configurations configurations;

  FunctionUrlConfigs(Cloud cloud, LambdaState state, LayerStore layers) {
    this.cloud = cloud;
    this.state = state;
    this.configurations = new Configurations(cloud, layers);
  }

  @Override
  public CreateFunctionUrlConfigResponse createFunctionUrlConfig(
      CreateFunctionUrlConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    if (request.authTypeAsString() == null) {
      throw LambdaErrors.constraint("authType", null, "not be null");
    }
    FunctionRules.oneOf("authType", request.authTypeAsString(), "NONE", "AWS_IAM");
    checkMode(request.invokeModeAsString());
    checkCors(request.cors());
    var id = cloud.ids().alphanumeric(32).toLowerCase(Locale.ROOT);
    var now = configurations.now();
    var config =
        FunctionUrlConfig.builder()
            .functionUrl(address(key, id))
            .functionArn(arn(key))
            .authType(request.authType())
            .cors(request.cors())
            .invokeMode(
                request.invokeModeAsString() == null ? "BUFFERED" : request.invokeModeAsString())
            .creationTime(now)
            .lastModifiedTime(now)
            .build();
    state.locks.with(
        key,
        () -> {
          if (state.urls.contains(key)) {
            throw LambdaErrors.conflict(
                "Failed to create function url config for [functionArn = "
                    + arn(key)
                    + "]. Error message:  FunctionUrlConfig exists for this Lambda function");
          }
          var batch = new Batch();
          state.urls.put(batch, key, config);
          state.urlIds.put(batch, id, key);
          state.store.commit(batch);
          return key;
        });
    return Shapes.copy(config, CreateFunctionUrlConfigResponse.builder());
  }

  @Override
  public GetFunctionUrlConfigResponse getFunctionUrlConfig(GetFunctionUrlConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    return Shapes.copy(require(key), GetFunctionUrlConfigResponse.builder());
  }

  @Override
  public UpdateFunctionUrlConfigResponse updateFunctionUrlConfig(
      UpdateFunctionUrlConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    checkMode(request.invokeModeAsString());
    checkCors(request.cors());
    var changed =
        state.locks.with(
            key,
            () -> {
              var builder = require(key).toBuilder().lastModifiedTime(configurations.now());
              if (request.authType() != null) {
                FunctionRules.oneOf("authType", request.authTypeAsString(), "NONE", "AWS_IAM");
                builder.authType(request.authType());
              }
              if (request.cors() != null) {
                builder.cors(request.cors());
              }
              if (request.invokeMode() != null) {
                builder.invokeMode(request.invokeMode());
              }
              var config = builder.build();
              state.urls.put(key, config);
              return config;
            });
    return Shapes.copy(changed, UpdateFunctionUrlConfigResponse.builder());
  }

  @Override
  public DeleteFunctionUrlConfigResponse deleteFunctionUrlConfig(
      DeleteFunctionUrlConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    state.locks.with(
        key,
        () -> {
          var config = require(key);
          var batch = new Batch();
          state.urls.delete(batch, key);
          state.urlIds.delete(batch, FunctionUrls.id(config.functionUrl()));
          state.store.commit(batch);
          return key;
        });
    return DeleteFunctionUrlConfigResponse.builder().build();
  }

  @Override
  public ListFunctionUrlConfigsResponse listFunctionUrlConfigs(
      ListFunctionUrlConfigsRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    var all = new ArrayList<>(state.urls.list(reference.function().parts()));
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListFunctionUrlConfigsResponse.builder()
        .functionUrlConfigs(page.items())
        .nextMarker(page.next())
        .build();
  }

  private String address(QualifiedKey key, String id) {
    var port = cloud.endpoint().replaceFirst("^.*?(:[0-9]+)?$", "$1");
    return "http://"
        + id
        + ".lambda-url."
        + key.function().scope().region()
        + ".localhost"
        + port
        + "/";
  }

  private FunctionUrlConfig require(QualifiedKey key) {
    var config = state.urls.get(key);
    if (config == null) {
      throw LambdaErrors.noResource();
    }
    return config;
  }

  private QualifiedKey key(String name, @Nullable String qualifier) {
    var reference = FunctionReference.of(name, qualifier);
    state.require(reference);
    if (reference.qualifier() != null && !state.aliases.contains(LambdaFunctions.key(reference))) {
      if (reference.qualifier().matches("\\$LATEST|[0-9]+")) {
        throw LambdaErrors.constraint(
            "qualifier",
            reference.qualifier(),
            "satisfy regular expression pattern: (^\\$LATEST$)|((?!^[0-9]+$)([a-zA-Z0-9-_]+))");
      }
      throw LambdaErrors.noFunction(reference.arn());
    }
    return LambdaFunctions.key(reference);
  }

  private static String arn(QualifiedKey key) {
    return key.qualifier().equals(FunctionKey.LATEST)
        ? key.function().arn()
        : key.function().arn(key.qualifier());
  }

  private static void checkCors(@Nullable Cors cors) {
    if (cors != null) {
      FunctionRules.range("cors.maxAge", cors.maxAge(), 0, 86_400);
    }
  }

  private static void checkMode(@Nullable String mode) {
    if (mode != null && !mode.equals("BUFFERED") && !mode.equals("RESPONSE_STREAM")) {
      throw LambdaErrors.constraint(
          "invokeMode", mode, "satisfy enum value set: [BUFFERED, RESPONSE_STREAM]");
    }
  }
}
