package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.services.iam.IamStore.StoredKey;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.iam.model.AccessKeyMetadata;
import software.amazon.awssdk.services.iam.model.CreateAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.CreateAccessKeyResponse;
import software.amazon.awssdk.services.iam.model.DeleteAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.DeleteAccessKeyResponse;
import software.amazon.awssdk.services.iam.model.ListAccessKeysRequest;
import software.amazon.awssdk.services.iam.model.ListAccessKeysResponse;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.UpdateAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.UpdateAccessKeyResponse;

/// The access keys of users.
final class IamAccessKeys implements IamPart {
  private static final int KEYS_MAX = 2;

  private final IamStore store;

  IamAccessKeys(IamStore store) {
    this.store = store;
  }

  /// The keys of a user of the current account, oldest first.
  static List<AccessKey> of(IamStore store, String userName) {
    var account = IamStore.account();
    return store.keys.list().stream()
        .filter(key -> key.account().equals(account) && key.key().userName().equals(userName))
        .map(StoredKey::key)
        .sorted(Comparator.comparing(AccessKey::createDate).thenComparing(AccessKey::accessKeyId))
        .toList();
  }

  @Override
  public CreateAccessKeyResponse createAccessKey(CreateAccessKeyRequest request) {
    var name = userName(request.userName());
    var created =
        store.change(batch -> {
          var user = store.existingUser(name);
          if (of(store, user.userName()).size() >= KEYS_MAX) {
            throw IamErrors.limitExceeded("AccessKeysPerUser", KEYS_MAX);
          }
          var key =
              AccessKey.builder()
                  .userName(user.userName())
                  .accessKeyId("AKIA" + store.cloud.ids().base32(16))
                  .secretAccessKey(store.cloud.ids().alphanumeric(40))
                  .status(StatusType.ACTIVE)
                  .createDate(store.now())
                  .build();
          store.keys.put(batch, key.accessKeyId(), new StoredKey(IamStore.account(), key, null));
          return key;
        });
    return CreateAccessKeyResponse.builder().accessKey(created).build();
  }

  @Override
  public ListAccessKeysResponse listAccessKeys(ListAccessKeysRequest request) {
    var user = store.existingUser(userName(request.userName()));
    var all =
        of(store, user.userName()).stream()
            .map(key ->
                AccessKeyMetadata.builder()
                    .userName(key.userName())
                    .accessKeyId(key.accessKeyId())
                    .status(key.status())
                    .createDate(key.createDate())
                    .build())
            .toList();
    Check.range(request.maxItems(), "maxItems", 1, 1000);
    return ListAccessKeysResponse.builder().accessKeyMetadata(all).isTruncated(false).build();
  }

  @Override
  public UpdateAccessKeyResponse updateAccessKey(UpdateAccessKeyRequest request) {
    var name = userName(request.userName());
    var status = request.status();
    if (status == null || status == StatusType.UNKNOWN_TO_SDK_VERSION) {
      throw IamErrors.validation(
          "1 validation error detected: Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]"
              .formatted(request.statusAsString()));
    }
    store.change(batch -> {
      var stored = existing(name, request.accessKeyId());
      var key = stored.key().toBuilder().status(status).build();
      store.keys.put(
          batch, key.accessKeyId(), new StoredKey(stored.account(), key, stored.lastUsed()));
      return key;
    });
    return UpdateAccessKeyResponse.builder().build();
  }

  @Override
  public DeleteAccessKeyResponse deleteAccessKey(DeleteAccessKeyRequest request) {
    var name = userName(request.userName());
    store.change(batch -> {
      var stored = existing(name, request.accessKeyId());
      store.keys.delete(batch, stored.key().accessKeyId());
      return stored;
    });
    return DeleteAccessKeyResponse.builder().build();
  }

  private StoredKey existing(String userName, @Nullable String accessKeyId) {
    var id = Check.required(accessKeyId, "accessKeyId");
    var user = store.existingUser(userName);
    var stored = store.keys.get(id);
    if (stored == null
        || !stored.account().equals(IamStore.account())
        || !stored.key().userName().equals(user.userName())) {
      throw IamErrors.noSuchEntity("The Access Key with id " + id + " cannot be found.");
    }
    return stored;
  }

  /// Without a name it is about the calling user.
  private static String userName(@Nullable String given) {
    if (given != null) {
      return Check.name(given, "userName", 128);
    }
    var arn = Call.current().principal().arn();
    if (!arn.contains(":user/")) {
      throw IamErrors.validation("Must specify userName when calling with non-User credentials");
    }
    return arn.substring(arn.lastIndexOf('/') + 1);
  }
}
