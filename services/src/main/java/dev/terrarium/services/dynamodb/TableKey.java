package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Which table: its account, region and name.
record TableKey(String account, String region, String name) {
  static final KeyCodec<TableKey> CODEC =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
          reader -> new TableKey(reader.string(), reader.string(), reader.string()));

  /// The table that the current caller means by a name or an ARN.
  static TableKey of(String nameOrArn) {
    if (nameOrArn.startsWith("arn:")) {
      return Arn.of(nameOrArn)
          .filter(arn -> arn.service().equals("dynamodb") && arn.resource().startsWith("table/"))
          .map(arn ->
              new TableKey(
                  arn.account(), arn.region(), arn.resource().substring(6).split("/", 2)[0]))
          .orElseThrow(() -> DynamoErrors.validation("Invalid TableArn: " + nameOrArn));
    }
    return of(Call.current().scope(), nameOrArn);
  }

  static TableKey of(Scope scope, String name) {
    return new TableKey(scope.account(), scope.region(), name);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  String arn() {
    return scope().arn("dynamodb", "table/" + name);
  }
}
