package dev.terrarium.services.kms;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.kms.Aliases.Alias;
import dev.terrarium.services.kms.Aliases.AliasKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasResponse;
import software.amazon.awssdk.services.kms.model.DeleteAliasRequest;
import software.amazon.awssdk.services.kms.model.DeleteAliasResponse;
import software.amazon.awssdk.services.kms.model.ListAliasesRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesResponse;
import software.amazon.awssdk.services.kms.model.UpdateAliasRequest;
import software.amazon.awssdk.services.kms.model.UpdateAliasResponse;

/// Gives keys other names.
final class KmsAliases extends KmsPart {
  private static final int PER_KEY_MAX = 50;

  KmsAliases(Keys keys) {
    super(keys);
  }

  private static AliasKey checked(String name) {
    if (!name.startsWith("alias/")) {
      throw KmsErrors.validation("Invalid identifier");
    }
    if (name.equals("alias/") || name.indexOf(':') >= 0) {
      throw KmsErrors.validation(name + " contains invalid characters for an alias");
    }
    if (name.startsWith("alias/aws/")) {
      throw KmsErrors.notAuthorized();
    }
    return AliasKey.of(Call.current().scope(), name);
  }

  private KeyRecord target(String name) {
    if (name.startsWith("alias/") || name.contains(":alias/")) {
      throw KmsErrors.validation("Aliases must refer to keys. Not aliases");
    }
    var key = keys.named(name);
    Keys.checkNotPending(key);
    return key;
  }

  @Override
  public CreateAliasResponse createAlias(CreateAliasRequest request) {
    new KmsConstraints()
        .alias(request.aliasName())
        .key("targetKeyId", request.targetKeyId())
        .check();
    var alias = checked(request.aliasName());
    var key = target(request.targetKeyId());
    keys.withAlias(
        alias,
        () -> {
          if (keys.aliases.stored.contains(alias)) {
            throw KmsErrors.alreadyExists(
                "An alias with the name " + alias.arn() + " already exists");
          }
          if (keys.aliases.of(key.ref()).size() >= PER_KEY_MAX) {
            throw KmsErrors.limit(
                "The request was rejected because a quota was exceeded for aliases of key "
                    + key.arn());
          }
          var now = keys.cloud.clock().now();
          keys.aliases.stored.put(alias, new Alias(key.ref().id(), now, now));
          return true;
        });
    return CreateAliasResponse.builder().build();
  }

  @Override
  public UpdateAliasResponse updateAlias(UpdateAliasRequest request) {
    new KmsConstraints()
        .alias(request.aliasName())
        .key("targetKeyId", request.targetKeyId())
        .check();
    var alias = checked(request.aliasName());
    keys.withAlias(
        alias,
        () -> {
          var before = there(alias);
          var key = target(request.targetKeyId());
          var old = keys.find(new KeyRef(alias.account(), alias.region(), before.target()));
          if (old != null
              && (old.spec().isAsymmetric() != key.spec().isAsymmetric()
                  || !old.metadata().keyUsage().equals(key.metadata().keyUsage()))) {
            throw KmsErrors.validation(
                "Alias cannot be changed from a %s key to a %s key"
                    .formatted(old.metadata().keyUsage(), key.metadata().keyUsage()));
          }
          keys.aliases.stored.put(
              alias, new Alias(key.ref().id(), before.created(), keys.cloud.clock().now()));
          return true;
        });
    return UpdateAliasResponse.builder().build();
  }

  @Override
  public DeleteAliasResponse deleteAlias(DeleteAliasRequest request) {
    new KmsConstraints().alias(request.aliasName()).check();
    var alias = checked(request.aliasName());
    keys.withAlias(
        alias,
        () -> {
          var _ = there(alias);
          var batch = new Batch();
          keys.aliases.stored.delete(batch, alias);
          keys.cloud.store().commit(batch);
          return true;
        });
    return DeleteAliasResponse.builder().build();
  }

  private Alias there(AliasKey key) {
    @Nullable Alias alias = keys.aliases.stored.get(key);
    if (alias == null) {
      throw KmsErrors.noAlias(key.arn());
    }
    return alias;
  }

  @Override
  public ListAliasesResponse listAliases(ListAliasesRequest request) {
    new KmsConstraints()
        .length("keyId", request.keyId(), 1, 2048)
        .page(request.limit(), request.marker())
        .check();
    var scope = Call.current().scope();
    var of = request.keyId() == null ? "" : keys.named(request.keyId()).ref().id();
    var all = new ArrayList<AliasListEntry>();
    keys.aliases.stored.scan(
        (key, alias) -> {
          if (of.isEmpty() || alias.target().equals(of)) {
            all.add(alias.shown(key));
          }
          return true;
        },
        scope.account(),
        scope.region());
    if (of.isEmpty()) {
      // Those of AWS's services are there before their keys are.
      var there = all.stream().map(AliasListEntry::aliasName).collect(Collectors.toSet());
      for (var name : ManagedKeys.names()) {
        if (!there.contains(name)) {
          var arn = AliasKey.of(scope, name).arn();
          all.add(AliasListEntry.builder().aliasName(name).aliasArn(arn).build());
        }
      }
      all.sort(Comparator.comparing(AliasListEntry::aliasName));
    }
    var page = Pages.of(all, AliasListEntry::aliasName, request.limit(), request.marker());
    return ListAliasesResponse.builder()
        .aliases(page.items())
        .truncated(page.truncated())
        .nextMarker(page.token())
        .build();
  }
}
