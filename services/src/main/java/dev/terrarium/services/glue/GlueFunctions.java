package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.CreateUserDefinedFunctionRequest;
import software.amazon.awssdk.services.glue.model.CreateUserDefinedFunctionResponse;
import software.amazon.awssdk.services.glue.model.DeleteUserDefinedFunctionRequest;
import software.amazon.awssdk.services.glue.model.DeleteUserDefinedFunctionResponse;
import software.amazon.awssdk.services.glue.model.GetUserDefinedFunctionRequest;
import software.amazon.awssdk.services.glue.model.GetUserDefinedFunctionResponse;
import software.amazon.awssdk.services.glue.model.GetUserDefinedFunctionsRequest;
import software.amazon.awssdk.services.glue.model.GetUserDefinedFunctionsResponse;
import software.amazon.awssdk.services.glue.model.UpdateUserDefinedFunctionRequest;
import software.amazon.awssdk.services.glue.model.UpdateUserDefinedFunctionResponse;
import software.amazon.awssdk.services.glue.model.UserDefinedFunction;
import software.amazon.awssdk.services.glue.model.UserDefinedFunctionInput;

/// User-defined functions of Hive, as a database names them.
final class GlueFunctions extends GluePart {
  private static final int PAGE_MAX = 100;

  GlueFunctions(Catalog catalog) {
    super(catalog);
  }

  private static void check(@Nullable String database, @Nullable UserDefinedFunctionInput input) {
    new GlueConstraints()
        .name("databaseName", database)
        .required("functionInput", input)
        .name("functionInput.functionName", input == null ? null : input.functionName())
        .check();
  }

  private static UserDefinedFunction described(UserDefinedFunctionInput input, TableKey key) {
    return Pojos.copy(input, UserDefinedFunction.builder())
        .functionName(key.name())
        .databaseName(key.database())
        .catalogId(key.account())
        .build();
  }

  @Override
  public CreateUserDefinedFunctionResponse createUserDefinedFunction(
      CreateUserDefinedFunctionRequest request) {
    var input = request.functionInput();
    check(request.databaseName(), input);
    var key = catalog.key(request.catalogId(), request.databaseName(), input.functionName());
    catalog.with(
        key.in(),
        () -> {
          catalog.database(key.in());
          if (catalog.functions.contains(key)) {
            throw GlueErrors.exists("Function");
          }
          var function =
              described(input, key).toBuilder().createTime(catalog.cloud.clock().now()).build();
          catalog.functions.put(key, function);
          return function;
        });
    return CreateUserDefinedFunctionResponse.builder().build();
  }

  private UserDefinedFunction find(TableKey key) {
    catalog.database(key.in());
    var found = catalog.functions.get(key);
    if (found == null) {
      throw GlueErrors.notFound("Function not found.");
    }
    return found;
  }

  private TableKey key(@Nullable String catalogId, String database, String function) {
    new GlueConstraints().name("databaseName", database).name("functionName", function).check();
    return catalog.key(catalogId, database, function);
  }

  @Override
  public GetUserDefinedFunctionResponse getUserDefinedFunction(
      GetUserDefinedFunctionRequest request) {
    var key = key(request.catalogId(), request.databaseName(), request.functionName());
    return GetUserDefinedFunctionResponse.builder().userDefinedFunction(find(key)).build();
  }

  @Override
  public GetUserDefinedFunctionsResponse getUserDefinedFunctions(
      GetUserDefinedFunctionsRequest request) {
    new GlueConstraints()
        .name("pattern", request.pattern())
        .page(request.maxResults(), PAGE_MAX)
        .check();
    var pattern = GlueTables.pattern(request.pattern());
    var account = Catalog.account(request.catalogId());
    var region = Call.current().region();
    List<UserDefinedFunction> all;
    if (request.databaseName() == null) {
      all = catalog.functions.list(account, region);
    } else {
      var key = catalog.key(request.catalogId(), request.databaseName());
      catalog.database(key);
      all = catalog.functions.list(account, region, key.name());
    }
    var page =
        Pages.of(
            all.stream().filter(f -> pattern.matcher(f.functionName()).matches()).toList(),
            function -> function.databaseName() + "." + function.functionName(),
            request.maxResults(),
            PAGE_MAX,
            request.nextToken());
    return GetUserDefinedFunctionsResponse.builder()
        .userDefinedFunctions(page.items())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateUserDefinedFunctionResponse updateUserDefinedFunction(
      UpdateUserDefinedFunctionRequest request) {
    check(request.databaseName(), request.functionInput());
    var key = key(request.catalogId(), request.databaseName(), request.functionName());
    catalog.with(
        key.in(),
        () -> {
          var before = find(key);
          var after =
              described(request.functionInput(), key).toBuilder()
                  .createTime(before.createTime())
                  .build();
          catalog.functions.put(key, after);
          return after;
        });
    return UpdateUserDefinedFunctionResponse.builder().build();
  }

  @Override
  public DeleteUserDefinedFunctionResponse deleteUserDefinedFunction(
      DeleteUserDefinedFunctionRequest request) {
    var key = key(request.catalogId(), request.databaseName(), request.functionName());
    catalog.with(
        key.in(),
        () -> {
          var gone = find(key);
          catalog.functions.delete(key);
          return gone;
        });
    return DeleteUserDefinedFunctionResponse.builder().build();
  }
}
