package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Reserved and provisioned concurrency, and what an account has of it.
final class ConcurrencySettings implements LambdaPart {
  private final Cloud cloud;
  private final LambdaState state;
  private final Concurrency concurrency;
  private final Dispatcher dispatcher;
  private final Configurations configurations;

  ConcurrencySettings(
      Cloud cloud,
      LambdaState state,
      LayerStore layers,
      Concurrency concurrency,
      Dispatcher dispatcher) {
    this.cloud = cloud;
    this.state = state;
    this.concurrency = concurrency;
    this.dispatcher = dispatcher;
    this.configurations = new Configurations(cloud, layers);
  }

  /// Starts again what is provisioned.
  void resume() {
    state.provisioned.scan((key, count) -> {
      warm(key, Math.toIntExact(count));
      return true;
    });
  }

  @Override
  public PutFunctionConcurrencyResponse putFunctionConcurrency(
      PutFunctionConcurrencyRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    var count = request.reservedConcurrentExecutions();
    if (count == null || count < 0) {
      throw LambdaErrors.constraint(
          "reservedConcurrentExecutions", count, "have value greater than or equal to 0");
    }
    var function = reference.function();
    state.require(reference);
    var most =
        Concurrency.ACCOUNT_MAX
            - Concurrency.UNRESERVED_MIN
            - concurrency.reservedBesides(function);
    if (count > most) {
      throw LambdaErrors.invalid(
          "Specified ReservedConcurrentExecutions for function decreases account's"
              + " UnreservedConcurrentExecution below its minimum value of ["
              + Concurrency.UNRESERVED_MIN
              + "].");
    }
    reserve(reference, count);
    return PutFunctionConcurrencyResponse.builder().reservedConcurrentExecutions(count).build();
  }

  @Override
  public GetFunctionConcurrencyResponse getFunctionConcurrency(
      GetFunctionConcurrencyRequest request) {
    var function = state.require(FunctionReference.of(request.functionName(), null));
    return GetFunctionConcurrencyResponse.builder()
        .reservedConcurrentExecutions(function.reserved() < 0 ? null : function.reserved())
        .build();
  }

  @Override
  public DeleteFunctionConcurrencyResponse deleteFunctionConcurrency(
      DeleteFunctionConcurrencyRequest request) {
    reserve(FunctionReference.of(request.functionName(), null), -1);
    return DeleteFunctionConcurrencyResponse.builder().build();
  }

  private void reserve(FunctionReference reference, int count) {
    var function = reference.function();
    state.locks.with(
        function,
        () -> {
          state.functions.put(function, state.require(reference).withReserved(count));
          return function;
        });
    concurrency.reserve(function, count);
  }

  @Override
  public PutProvisionedConcurrencyConfigResponse putProvisionedConcurrencyConfig(
      PutProvisionedConcurrencyConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    var count = request.provisionedConcurrentExecutions();
    if (count == null || count < 1) {
      throw LambdaErrors.constraint(
          "provisionedConcurrentExecutions", count, "have value greater than or equal to 1");
    }
    checkAlone(key);
    var reserved = state.require(new FunctionReference(key.function(), null)).reserved();
    if (reserved >= 0 && count > reserved) {
      throw LambdaErrors.invalid(
          "Requested Provisioned Concurrency should not be greater than the"
              + " reservedConcurrentExecution for function");
    }
    if (count > concurrency.unreserved(key.function().scope()) - Concurrency.UNRESERVED_MIN) {
      throw LambdaErrors.invalid(
          "Specified ConcurrentExecutions for function is greater than account's unreserved"
              + " concurrency ["
              + concurrency.unreserved(key.function().scope())
              + "].");
    }
    state.provisioned.put(key, (long) count);
    warm(key, count);
    return Shapes.copy(item(key, count), PutProvisionedConcurrencyConfigResponse.builder());
  }

  @Override
  public GetProvisionedConcurrencyConfigResponse getProvisionedConcurrencyConfig(
      GetProvisionedConcurrencyConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    var count = state.provisioned.get(key);
    if (count == null) {
      throw dev.terrarium.kernel.Errors.of(
          ProvisionedConcurrencyConfigNotFoundException.builder().type("User"),
          404,
          "ProvisionedConcurrencyConfigNotFoundException",
          "No Provisioned Concurrency Config found for this function");
    }
    return Shapes.copy(
        item(key, Math.toIntExact(count)), GetProvisionedConcurrencyConfigResponse.builder());
  }

  @Override
  public DeleteProvisionedConcurrencyConfigResponse deleteProvisionedConcurrencyConfig(
      DeleteProvisionedConcurrencyConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    state.provisioned.delete(key);
    warm(key, 0);
    return DeleteProvisionedConcurrencyConfigResponse.builder().build();
  }

  @Override
  public ListProvisionedConcurrencyConfigsResponse listProvisionedConcurrencyConfigs(
      ListProvisionedConcurrencyConfigsRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    var all = new ArrayList<ProvisionedConcurrencyConfigListItem>();
    state.provisioned.scan(
        (key, count) -> {
          all.add(item(key, Math.toIntExact(count)));
          return true;
        },
        reference.function().parts());
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListProvisionedConcurrencyConfigsResponse.builder()
        .provisionedConcurrencyConfigs(page.items())
        .nextMarker(page.next())
        .build();
  }

  @Override
  public GetAccountSettingsResponse getAccountSettings(GetAccountSettingsRequest request) {
    var scope = dev.terrarium.kernel.Call.current().scope();
    long[] totals = new long[2];
    state.functions.scan(
        (key, function) -> {
          totals[0]++;
          for (var version : state.versions(key)) {
            totals[1] += version.configuration().codeSize();
          }
          return true;
        },
        scope.account(),
        scope.region());
    return GetAccountSettingsResponse.builder()
        .accountLimit(l ->
            l.totalCodeSize(80_530_636_800L)
                .codeSizeUnzipped(262_144_000L)
                .codeSizeZipped(52_428_800L)
                .concurrentExecutions(Concurrency.ACCOUNT_MAX)
                .unreservedConcurrentExecutions(concurrency.unreserved(scope)))
        .accountUsage(u -> u.functionCount(totals[0]).totalCodeSize(totals[1]))
        .build();
  }

  /// A version is kept warm under one name: its own, or an alias's.
  private void checkAlone(QualifiedKey key) {
    var alias = state.aliases.get(key);
    if (alias != null) {
      var version = new QualifiedKey(key.function(), alias.functionVersion());
      if (state.provisioned.contains(version)) {
        throw LambdaErrors.conflict(
            "Alias can't be used for Provisioned Concurrency configuration on an already"
                + " Provisioned version");
      }
      return;
    }
    for (var other : state.aliases.list(key.function().parts())) {
      if (other.functionVersion().equals(key.qualifier())
          && state.provisioned.contains(new QualifiedKey(key.function(), other.name()))) {
        throw LambdaErrors.conflict("Version is pointed by a Provisioned Concurrency alias");
      }
    }
  }

  private void warm(QualifiedKey key, int count) {
    var version = state.requireVersion(new FunctionReference(key.function(), key.qualifier()));
    var scope = key.function().scope();
    cloud.background(
        "lambda", "lambda-warm", scope, () -> dispatcher.warm(key.function(), version, count));
  }

  private ProvisionedConcurrencyConfigListItem item(QualifiedKey key, int count) {
    var version = state.requireVersion(new FunctionReference(key.function(), key.qualifier()));
    var ready = Math.min(count, dispatcher.size(key.function(), version));
    return ProvisionedConcurrencyConfigListItem.builder()
        .functionArn(key.function().arn(key.qualifier()))
        .requestedProvisionedConcurrentExecutions(count)
        .allocatedProvisionedConcurrentExecutions(ready)
        .availableProvisionedConcurrentExecutions(ready)
        .status(
            ready < count
                ? ProvisionedConcurrencyStatusEnum.IN_PROGRESS
                : ProvisionedConcurrencyStatusEnum.READY)
        .lastModified(configurations.now())
        .build();
  }

  private QualifiedKey key(String name, @Nullable String qualifier) {
    var reference = FunctionReference.of(name, qualifier);
    state.require(reference);
    if (reference.qualifierOrLatest().equals(FunctionKey.LATEST)) {
      throw LambdaErrors.invalid(
          "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    }
    state.requireVersion(reference);
    return LambdaFunctions.key(reference);
  }
}
