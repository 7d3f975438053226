package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Aliases: names for versions, with a second version for a part of the traffic.
final class FunctionAliases implements LambdaPart {
  private final Cloud cloud;
  private final LambdaState state;

  FunctionAliases(Cloud cloud, LambdaState state) {
    this.cloud = cloud;
    this.state = state;
  }

  @Override
  public CreateAliasResponse createAlias(CreateAliasRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    var name = request.name();
    if (name == null || !name.matches("(?!^[0-9]+$)([a-zA-Z0-9-_]+)") || name.length() > 128) {
      throw LambdaErrors.constraint(
          "name", name, "satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)");
    }
    FunctionRules.description(request.description());
    var key = new QualifiedKey(reference.function(), name);
    var alias =
        AliasConfiguration.builder()
            .aliasArn(reference.function().arn(name))
            .name(name)
            .functionVersion(request.functionVersion())
            .description(request.description() == null ? "" : request.description())
            .routingConfig(routing(request.routingConfig()))
            .revisionId(cloud.ids().uuid())
            .build();
    state.locks.with(
        reference.function(),
        () -> {
          state.require(reference);
          check(reference.function(), alias);
          if (state.aliases.contains(key)) {
            throw LambdaErrors.conflict("Alias already exists: " + alias.aliasArn());
          }
          state.aliases.put(key, alias);
          return key;
        });
    return Shapes.copy(alias, CreateAliasResponse.builder());
  }

  @Override
  public GetAliasResponse getAlias(GetAliasRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    return Shapes.copy(require(reference, request.name()), GetAliasResponse.builder());
  }

  @Override
  public UpdateAliasResponse updateAlias(UpdateAliasRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    FunctionRules.description(request.description());
    var changed =
        state.locks.with(
            reference.function(),
            () -> {
              var alias = require(reference, request.name());
              if (request.revisionId() != null
                  && !request.revisionId().equals(alias.revisionId())) {
                throw LambdaErrors.stale();
              }
              var builder = alias.toBuilder().revisionId(cloud.ids().uuid());
              if (request.functionVersion() != null) {
                builder.functionVersion(request.functionVersion());
              }
              if (request.description() != null) {
                builder.description(request.description());
              }
              if (request.routingConfig() != null) {
                builder.routingConfig(routing(request.routingConfig()));
              }
              var result = builder.build();
              check(reference.function(), result);
              state.aliases.put(new QualifiedKey(reference.function(), request.name()), result);
              return result;
            });
    return Shapes.copy(changed, UpdateAliasResponse.builder());
  }

  @Override
  public DeleteAliasResponse deleteAlias(DeleteAliasRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    var function = reference.function();
    state.locks.with(
        function,
        () -> {
          var key = new QualifiedKey(function, request.name());
          var batch = new Batch();
          state.aliases.delete(batch, key);
          state.policies.delete(batch, key);
          state.invokeConfigs.delete(batch, key);
          state.provisioned.delete(batch, key);
          var url = state.urls.get(key);
          if (url != null) {
            state.urls.delete(batch, key);
            state.urlIds.delete(batch, FunctionUrls.id(url.functionUrl()));
          }
          state.store.commit(batch);
          return key;
        });
    return DeleteAliasResponse.builder().build();
  }

  @Override
  public ListAliasesResponse listAliases(ListAliasesRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    var version = request.functionVersion();
    var all =
        state.aliases.list(reference.function().parts()).stream()
            .filter(alias ->
                version == null
                    || alias.functionVersion().equals(version)
                    || alias.routingConfig() != null
                        && alias.routingConfig().additionalVersionWeights().containsKey(version))
            .toList();
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListAliasesResponse.builder().aliases(page.items()).nextMarker(page.next()).build();
  }

  private AliasConfiguration require(FunctionReference reference, String name) {
    var alias = state.aliases.get(new QualifiedKey(reference.function(), name));
    if (alias == null) {
      state.require(reference);
      throw LambdaErrors.notFound("Cannot find alias arn: " + reference.function().arn(name));
    }
    return alias;
  }

  private void check(FunctionKey function, AliasConfiguration alias) {
    requireVersion(function, alias.functionVersion());
    if (alias.routingConfig() == null) {
      return;
    }
    var weights = alias.routingConfig().additionalVersionWeights();
    if (weights.size() > 1) {
      throw LambdaErrors.invalid(
          "Number of items in AdditionalVersionWeights cannot be greater than 1");
    }
    weights.forEach((version, weight) -> {
      if (alias.functionVersion().equals(FunctionKey.LATEST)
          || version.equals(FunctionKey.LATEST)) {
        throw LambdaErrors.invalid(
            "$LATEST is not supported for an alias pointing to more than 1 version");
      }
      if (version.equals(alias.functionVersion())) {
        throw LambdaErrors.invalid(
            "Invalid function version "
                + version
                + ". Function version "
                + version
                + " is already included in routing configuration.");
      }
      if (weight < 0 || weight > 1) {
        throw LambdaErrors.constraint(
            "routingConfig.additionalVersionWeights",
            weights,
            "satisfy constraint: [Member must have value less than or equal to 1.0, Member"
                + " must have value greater than or equal to 0.0]");
      }
      requireVersion(function, version);
    });
  }

  private void requireVersion(FunctionKey function, @Nullable String version) {
    if (version == null || !version.matches("\\$LATEST|[0-9]+")) {
      throw LambdaErrors.constraint(
          "functionVersion", version, "satisfy regular expression pattern: (\\$LATEST|[0-9]+)");
    }
    if (state.version(function, version) == null) {
      throw LambdaErrors.noFunction(function.arn(version));
    }
  }

  private static @Nullable AliasRoutingConfiguration routing(
      @Nullable AliasRoutingConfiguration given) {
    return given == null || given.additionalVersionWeights().isEmpty() ? null : given;
  }
}
