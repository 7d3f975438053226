package dev.terrarium.services.iam;

import dev.terrarium.kernel.Errors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.*;

/// Users' SSH keys and their credentials for single services.
final class IamUserKeys implements IamPart {
  private static final int KEYS_MAX = 5;
  private static final int CREDENTIALS_MAX = 2;
  private static final Set<String> SERVICES =
      Set.of(
          "codecommit.amazonaws.com",
          "cassandra.amazonaws.com",
          "bedrock.amazonaws.com",
          "logs.amazonaws.com");

  private final IamStore store;
  private final Shelf<SSHPublicKey> keys;
  private final Shelf<ServiceSpecificCredential> credentials;

  IamUserKeys(IamStore store) {
    this.store = store;
    this.keys = new Shelf<>(store, "ssh-key", SSHPublicKey::builder);
    this.credentials = new Shelf<>(store, "service-credential", ServiceSpecificCredential::builder);
  }

  private User user(@Nullable String name) {
    return store.existingUser(Check.name(name, "userName", 128));
  }

  @Override
  public UploadSshPublicKeyResponse uploadSSHPublicKey(UploadSshPublicKeyRequest request) {
    var user = user(request.userName());
    var body = Check.required(request.sshPublicKeyBody(), "sshPublicKeyBody");
    var key =
        SSHPublicKey.builder()
            .userName(user.userName())
            .sshPublicKeyId("APKA" + store.cloud.ids().base32(16))
            .fingerprint(fingerprint(body))
            .sshPublicKeyBody(body)
            .status(StatusType.ACTIVE)
            .uploadDate(store.now())
            .build();
    store.change(batch -> {
      var there = keys.ofUser(user.userName());
      if (there.stream().anyMatch(other -> other.fingerprint().equals(key.fingerprint()))) {
        throw Errors.of(
            DuplicateSshPublicKeyException.builder(),
            400,
            "DuplicateSSHPublicKey",
            "The SSH public key is already associated with the specified IAM user.");
      } else if (there.size() >= KEYS_MAX) {
        throw IamErrors.limitExceeded("SSHPublicKeysPerUser", KEYS_MAX);
      }
      keys.put(batch, Shelf.of(user.userName(), key.sshPublicKeyId()), key);
      return key;
    });
    return UploadSshPublicKeyResponse.builder().sshPublicKey(key).build();
  }

  /// The MD5 sum of the key's bytes, as `ssh-keygen -l -E md5` shows it.
  private static String fingerprint(String body) {
    var parts = body.strip().split("\\s+");
    var text =
        body.startsWith("ssh-rsa") && parts.length > 1
            ? parts[1]
            : body.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      var bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
      if (bytes.length < 64) {
        throw new IllegalArgumentException("Too short");
      }
      var digest = MessageDigest.getInstance("MD5").digest(bytes);
      return HexFormat.ofDelimiter(":").formatHex(digest);
    } catch (IllegalArgumentException e) {
      throw Errors.of(
          InvalidPublicKeyException.builder(),
          400,
          "InvalidPublicKey",
          "The public key is malformed or otherwise invalid.");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private SSHPublicKey key(@Nullable String userName, @Nullable String id) {
    var found = keys.get(Shelf.of(user(userName).userName(), Check.required(id, "SSHPublicKeyId")));
    if (found == null) {
      throw IamErrors.noSuchEntity("The Public Key with id " + id + " cannot be found.");
    }
    return found;
  }

  @Override
  public GetSshPublicKeyResponse getSSHPublicKey(GetSshPublicKeyRequest request) {
    var key = key(request.userName(), request.sshPublicKeyId());
    if (request.encoding() == null || request.encoding() == EncodingType.UNKNOWN_TO_SDK_VERSION) {
      throw Errors.of(
          UnrecognizedPublicKeyEncodingException.builder(),
          400,
          "UnrecognizedPublicKeyEncoding",
          "The public key encoding format is unsupported or unrecognized.");
    }
    var isPem = key.sshPublicKeyBody().startsWith("-----");
    if (isPem != (request.encoding() == EncodingType.PEM)) {
      throw Errors.notImplemented("iam", "GetSSHPublicKey in another encoding than it came in");
    }
    return GetSshPublicKeyResponse.builder().sshPublicKey(key).build();
  }

  @Override
  public ListSshPublicKeysResponse listSSHPublicKeys(ListSshPublicKeysRequest request) {
    var all =
        keys.ofUser(user(request.userName()).userName()).stream()
            .map(key ->
                SSHPublicKeyMetadata.builder()
                    .userName(key.userName())
                    .sshPublicKeyId(key.sshPublicKeyId())
                    .status(key.status())
                    .uploadDate(key.uploadDate())
                    .build())
            .toList();
    return ListSshPublicKeysResponse.builder().sshPublicKeys(all).isTruncated(false).build();
  }

  @Override
  public UpdateSshPublicKeyResponse updateSSHPublicKey(UpdateSshPublicKeyRequest request) {
    store.change(batch -> {
      var key = key(request.userName(), request.sshPublicKeyId());
      keys.put(
          batch,
          Shelf.of(key.userName(), key.sshPublicKeyId()),
          key.toBuilder().status(request.status()).build());
      return key;
    });
    return UpdateSshPublicKeyResponse.builder().build();
  }

  @Override
  public DeleteSshPublicKeyResponse deleteSSHPublicKey(DeleteSshPublicKeyRequest request) {
    store.change(batch -> {
      var key = key(request.userName(), request.sshPublicKeyId());
      keys.delete(batch, Shelf.of(key.userName(), key.sshPublicKeyId()));
      return key;
    });
    return DeleteSshPublicKeyResponse.builder().build();
  }

  @Override
  public CreateServiceSpecificCredentialResponse createServiceSpecificCredential(
      CreateServiceSpecificCredentialRequest request) {
    var user = user(request.userName());
    var service = Check.required(request.serviceName(), "serviceName");
    if (!SERVICES.contains(service)) {
      throw Errors.of(
          ServiceNotSupportedException.builder(),
          404,
          "NotSupportedService",
          "No such service " + service + " is supported for Service Specific Credentials");
    } else if (request.credentialAgeDays() != null) {
      throw Errors.notImplemented("iam", "CreateServiceSpecificCredential with CredentialAgeDays");
    }
    var credential =
        ServiceSpecificCredential.builder()
            .userName(user.userName())
            .serviceName(service)
            .serviceUserName(user.userName() + "-at-" + IamStore.account())
            .servicePassword(store.cloud.ids().alphanumeric(44))
            .serviceSpecificCredentialId("ACCA" + store.cloud.ids().base32(16))
            .status(StatusType.ACTIVE)
            .createDate(store.now())
            .build();
    store.change(batch -> {
      var there =
          credentials.ofUser(user.userName()).stream()
              .filter(other -> other.serviceName().equals(service))
              .count();
      if (there >= CREDENTIALS_MAX) {
        throw IamErrors.limitExceeded("ServiceSpecificCredentialsPerUser", CREDENTIALS_MAX);
      }
      put(batch, credential);
      return credential;
    });
    return CreateServiceSpecificCredentialResponse.builder()
        .serviceSpecificCredential(credential)
        .build();
  }

  private void put(dev.terrarium.kernel.store.Batch batch, ServiceSpecificCredential credential) {
    credentials.put(
        batch,
        Shelf.of(credential.userName(), credential.serviceSpecificCredentialId()),
        credential);
  }

  private ServiceSpecificCredential credential(@Nullable String userName, @Nullable String id) {
    var wanted = Check.required(id, "serviceSpecificCredentialId");
    List<ServiceSpecificCredential> among =
        userName == null ? credentials.list("") : credentials.ofUser(user(userName).userName());
    return among.stream()
        .filter(credential -> credential.serviceSpecificCredentialId().equals(wanted))
        .findFirst()
        .orElseThrow(() -> IamErrors.noSuchEntity("No such credential " + wanted + " exists"));
  }

  @Override
  public ListServiceSpecificCredentialsResponse listServiceSpecificCredentials(
      ListServiceSpecificCredentialsRequest request) {
    var all =
        credentials.ofUser(user(request.userName()).userName()).stream()
            .filter(credential ->
                request.serviceName() == null
                    || request.serviceName().equals(credential.serviceName()))
            .map(credential ->
                ServiceSpecificCredentialMetadata.builder()
                    .userName(credential.userName())
                    .status(credential.status())
                    .serviceUserName(credential.serviceUserName())
                    .createDate(credential.createDate())
                    .serviceSpecificCredentialId(credential.serviceSpecificCredentialId())
                    .serviceName(credential.serviceName())
                    .build())
            .toList();
    return ListServiceSpecificCredentialsResponse.builder().serviceSpecificCredentials(all).build();
  }

  @Override
  public UpdateServiceSpecificCredentialResponse updateServiceSpecificCredential(
      UpdateServiceSpecificCredentialRequest request) {
    store.change(batch -> {
      var there = credential(request.userName(), request.serviceSpecificCredentialId());
      put(batch, there.toBuilder().status(request.status()).build());
      return there;
    });
    return UpdateServiceSpecificCredentialResponse.builder().build();
  }

  @Override
  public ResetServiceSpecificCredentialResponse resetServiceSpecificCredential(
      ResetServiceSpecificCredentialRequest request) {
    var changed =
        store.change(batch -> {
          var there = credential(request.userName(), request.serviceSpecificCredentialId());
          var reset = there.toBuilder().servicePassword(store.cloud.ids().alphanumeric(44)).build();
          put(batch, reset);
          return reset;
        });
    return ResetServiceSpecificCredentialResponse.builder()
        .serviceSpecificCredential(changed)
        .build();
  }

  @Override
  public DeleteServiceSpecificCredentialResponse deleteServiceSpecificCredential(
      DeleteServiceSpecificCredentialRequest request) {
    store.change(batch -> {
      var there = credential(request.userName(), request.serviceSpecificCredentialId());
      credentials.delete(batch, Shelf.of(there.userName(), there.serviceSpecificCredentialId()));
      return there;
    });
    return DeleteServiceSpecificCredentialResponse.builder().build();
  }

  boolean hasKeys(String userName) {
    return !keys.ofUser(userName).isEmpty();
  }

  boolean hasCredentials(String userName) {
    return !credentials.ofUser(userName).isEmpty();
  }
}
