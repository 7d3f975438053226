package dev.terrarium.services.glue;

import dev.terrarium.services.glue.RegistryKeys.SchemaKey;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.services.glue.CatalogKeys.DatabaseKey;
import dev.terrarium.services.glue.RegistryKeys.RegistryKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.glue.model.CreateSchemaRequest;
import software.amazon.awssdk.services.glue.model.DatabaseInput;
import software.amazon.awssdk.services.glue.model.RegistryId;
import software.amazon.awssdk.services.glue.model.SchemaId;
import software.amazon.awssdk.services.glue.model.TableInput;
import software.amazon.awssdk.services.glue.model.UserDefinedFunctionInput;

/// What requests to Glue need permission for: a table needs it for its database and the catalog as
/// well.
final class GlueGuard implements Guard {
  private final Catalog catalog;
  private final Registries registries;

  GlueGuard(Catalog catalog, Registries registries) {
    this.catalog = catalog;
    this.registries = registries;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var given = new HashMap<String, String>();
    var arns = new ArrayList<String>();
    for (var field : request.sdkFields()) {
      switch (field.getValueOrDefault(request)) {
        case String text -> given.put(field.memberName(), text);
        case DatabaseInput input when input.name() != null ->
            given.put("DatabaseName", input.name());
        case TableInput input when input.name() != null -> given.put("TableName", input.name());
        case UserDefinedFunctionInput input when input.functionName() != null ->
            given.put("FunctionName", input.functionName());
        case RegistryId id -> arns.add(registries.key(id).arn());
        case SchemaId id when id.schemaArn() != null || id.schemaName() != null ->
            arns.add(registries.key(id).arn());
        case null, default -> {}
      }
    }
    var action = "glue:" + operation.name();
    var arn = given.get("ResourceArn");
    if (arn != null) {
      return List.of(need(call, action, arn, call.account()));
    }
    var made = given.get("RegistryName");
    if (made != null) {
      arns.add(new RegistryKey(call.account(), call.region(), made).arn());
    }
    var schema = given.get("SchemaName");
    if (schema != null) { // It is being made.
      var registry = request instanceof CreateSchemaRequest make ? make.registryId() : null;
      var in = registries.key(registry);
      arns.add(new SchemaKey(in.account(), in.region(), in.name(), schema).arn());
    }
    if (!arns.isEmpty()) {
      return arns.stream().map(one -> need(call, action, one, call.account())).toList();
    }
    var name = operation.name();
    if (given.containsKey("Name")) {
      given.putIfAbsent(
          name.contains("Database") ? "DatabaseName" : "TableName", given.get("Name"));
    }
    return needs(call, action, given, name);
  }

  private List<Need> needs(Call call, String action, Map<String, String> given, String operation) {
    var account = given.getOrDefault("CatalogId", call.account());
    var scope = new Scope(account, call.region());
    var needs = new ArrayList<Need>();
    needs.add(need(call, action, scope.arn("glue", "catalog"), account));
    var database = given.get("DatabaseName");
    if (database != null) {
      var key = new DatabaseKey(account, call.region(), Catalog.lower(database));
      needs.add(need(call, action, key.arn(), account).with(tags(key)));
      var table = given.get("TableName");
      if (table != null) {
        needs.add(need(call, action, key.table(Catalog.lower(table)).arn(), account));
      } else if (operation.equals("GetTables") || operation.equals("BatchDeleteTable")) {
        needs.add(need(call, action, key.table("*").arn(), account));
      }
      var function = given.get("FunctionName");
      if (function != null) {
        var resource = "userDefinedFunction/" + key.name() + "/" + Catalog.lower(function);
        needs.add(need(call, action, scope.arn("glue", resource), account));
      }
    }
    return needs;
  }

  private Map<String, List<String>> tags(DatabaseKey key) {
    var tags = new HashMap<String, List<String>>();
    catalog
        .tags(key.arn())
        .forEach((name, value) -> tags.put("aws:resourcetag/" + name, List.of(value)));
    return tags;
  }

  private Need need(Call call, String action, String resource, String owner) {
    var policy = catalog.policies.get(new DatabaseKey(owner, call.region(), ""));
    return Need.of(action, resource, owner)
        .under(policy == null ? null : Json.parse(policy.policyInJson()));
  }
}
