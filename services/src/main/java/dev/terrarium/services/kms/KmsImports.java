package dev.terrarium.services.kms;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Timer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DeleteImportedKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.DeleteImportedKeyMaterialResponse;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.ExpiredImportTokenException;
import software.amazon.awssdk.services.kms.model.GetParametersForImportRequest;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialResponse;
import software.amazon.awssdk.services.kms.model.ImportType;
import software.amazon.awssdk.services.kms.model.KeyState;

/// Takes in material that was made elsewhere, wrapped by a key that is made for it, and forgets it
/// when it expires.
final class KmsImports extends KmsPart {
  private static final String HANDLER = "kms.expire";
  private static final Duration TOKEN_LIFE = Duration.ofDays(1);
  private static final int TOKEN_BYTES = 32;

  /// What a token stands for.
  ///
  /// @param key the path of the key that it is for
  /// @param secret the private key that unwraps
  private record Ticket(String key, String algorithm, KeySpecs spec, byte[] secret, Instant end) {
    static final Codec<Ticket> CODEC =
        Codec.of(
            1,
            (ticket, to) ->
                to.string(ticket.key)
                    .string(ticket.algorithm)
                    .string(ticket.spec.name())
                    .bytes(ticket.secret)
                    .instant(ticket.end),
            from ->
                new Ticket(
                    from.string(),
                    from.string(),
                    KeySpecs.of(from.string()),
                    from.bytes(),
                    from.instant()));
  }

  private final Keyspace<String, Ticket> tickets;

  KmsImports(Keys keys) {
    super(keys);
    this.tickets =
        new Keyspace<>(
            keys.cloud.store(),
            "kms.imports",
            dev.terrarium.kernel.store.KeyCodec.STRING,
            Ticket.CODEC);
  }

  void start() {
    keys.cloud.timers().handle(HANDLER, this::expire);
  }

  /// Whether material is there for the next rotation and was never the current one.
  static boolean isWaiting(KeyRecord key, Material material) {
    return key.isExternal()
        && material.since() == null
        && !material.id().equals(key.current())
        && key.materials().indexOf(material) > 0;
  }

  private KeyRecord external(String name) {
    var key = keys.named(name);
    if (!key.isExternal()) {
      throw KmsErrors.unsupported(
          "%s origin is %s which is not valid for this operation."
              .formatted(key.arn(), key.metadata().originAsString()));
    }
    Keys.checkNotPending(key);
    return key;
  }

  @Override
  public GetParametersForImportResponse getParametersForImport(
      GetParametersForImportRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .required("wrappingAlgorithm", request.wrappingAlgorithmAsString())
        .oneOf(
            "wrappingAlgorithm",
            request.wrappingAlgorithmAsString(),
            "RSAES_PKCS1_V1_5",
            "RSAES_OAEP_SHA_1",
            "RSAES_OAEP_SHA_256",
            "RSA_AES_KEY_WRAP_SHA_1",
            "RSA_AES_KEY_WRAP_SHA_256",
            "SM2PKE")
        .required("wrappingKeySpec", request.wrappingKeySpecAsString())
        .oneOf(
            "wrappingKeySpec",
            request.wrappingKeySpecAsString(),
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "SM2")
        .check();
    var key = external(request.keyId());
    var algorithm = request.wrappingAlgorithmAsString();
    if (algorithm.equals("SM2PKE") || request.wrappingKeySpecAsString().equals("SM2")) {
      throw KmsErrors.unsupported("SM2 is only supported in China Regions.");
    }
    if (algorithm.equals("RSAES_PKCS1_V1_5")) {
      throw KmsErrors.unsupported(
          "The wrapping algorithm RSAES_PKCS1_V1_5 is no longer supported.");
    }
    var spec = KeySpecs.of(request.wrappingKeySpecAsString());
    var pair = KeyPairs.make(spec);
    var token = keys.cloud.ids().bytes(TOKEN_BYTES);
    var end = keys.cloud.clock().now().plus(TOKEN_LIFE);
    var batch = new Batch();
    tickets.scan((old, ticket) -> {
      if (ticket.end.isBefore(keys.cloud.clock().now().minus(TOKEN_LIFE))) {
        tickets.delete(batch, old);
      }
      return true;
    });
    var ticket = new Ticket(key.ref().path(), algorithm, spec, pair.secret(), end);
    tickets.put(batch, HexFormat.of().formatHex(token), ticket);
    keys.cloud.store().commit(batch);
    return GetParametersForImportResponse.builder()
        .keyId(key.arn())
        .importToken(SdkBytes.fromByteArrayUnsafe(token))
        .publicKey(SdkBytes.fromByteArrayUnsafe(pair.open()))
        .parametersValidTo(end)
        .build();
  }

  @Override
  public ImportKeyMaterialResponse importKeyMaterial(ImportKeyMaterialRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .needed("importToken", request.importToken(), 6144)
        .needed("encryptedKeyMaterial", request.encryptedKeyMaterial(), 6144)
        .oneOf(
            "expirationModel",
            request.expirationModelAsString(),
            "KEY_MATERIAL_EXPIRES",
            "KEY_MATERIAL_DOES_NOT_EXPIRE")
        .oneOf(
            "importType", request.importTypeAsString(), "EXISTING_KEY_MATERIAL", "NEW_KEY_MATERIAL")
        .length("keyMaterialDescription", request.keyMaterialDescription(), 0, 256)
        .check();
    var key = external(request.keyId());
    checkExpiration(request);
    var ticket = tickets.get(HexFormat.of().formatHex(request.importToken().asByteArrayUnsafe()));
    if (ticket == null || !ticket.key.equals(key.ref().path())) {
      throw KmsErrors.importToken();
    }
    if (ticket.end.isBefore(keys.cloud.clock().now())) {
      throw Errors.of(
          ExpiredImportTokenException.builder(), 400, "ExpiredImportTokenException", "");
    }
    var bytes = unwrapped(ticket, request.encryptedKeyMaterial().asByteArrayUnsafe());
    var id = kept(key, request, bytes);
    return ImportKeyMaterialResponse.builder().keyId(key.arn()).keyMaterialId(id).build();
  }

  private void checkExpiration(ImportKeyMaterialRequest request) {
    var expires = request.expirationModel() != ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE;
    if (expires && request.validTo() == null) {
      throw KmsErrors.validation(
          "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    }
    if (!expires && request.validTo() != null) {
      throw KmsErrors.validation(
          "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE");
    }
    var now = keys.cloud.clock().now();
    if (request.validTo() != null
        && (request.validTo().isBefore(now)
            || request.validTo().isAfter(now.plus(Duration.ofDays(365))))) {
      throw KmsErrors.validation("The ValidTo date must be in the future and within 365 days.");
    }
  }

  /// Keeps the material; returns its id.
  private String kept(KeyRecord key, ImportKeyMaterialRequest request, byte[] bytes) {
    var spec = key.spec();
    var pair = spec.isAsymmetric() ? KeyPairs.imported(spec, bytes) : null;
    if (spec.isAsymmetric() ? pair == null : bytes.length != spec.bits / 8) {
      throw KmsErrors.incorrectMaterial(
          "The key material in the request is not valid for the key spec " + spec + ".");
    }
    var open = pair == null ? new byte[0] : pair.open();
    var id = id(key, bytes);
    var text = request.keyMaterialDescription() == null ? "" : request.keyMaterialDescription();
    var batch = new Batch();
    keys.change(
        key.ref(),
        batch,
        now -> {
          var known = now.material(id).isPresent();
          var fresh = request.importType() == ImportType.NEW_KEY_MATERIAL;
          var first = now.materials().isEmpty();
          if (!known && !first && (!fresh || !now.isSymmetric() || now.isMultiRegion())) {
            throw KmsErrors.incorrectMaterial(
                "The key material in the request is not the same key material that was previously imported.");
          }
          var materials = new ArrayList<>(now.materials());
          if (!known) {
            materials.add(Material.of(id, new byte[0], new byte[0]));
          }
          var next =
              now.withMaterials(first ? id : now.current(), materials)
                  .change(id, m -> m.imported(bytes, open, text, request.validTo()));
          if (request.validTo() != null) {
            keys.cloud
                .timers()
                .schedule(
                    batch,
                    new Timer(
                        request.validTo(), HANDLER, now.ref().path() + "/" + id, new byte[0]));
          }
          return shown(next);
        });
    return id;
  }

  /// The key as its material lets it be: usable while nothing that it ever encrypted with misses.
  private static KeyRecord shown(KeyRecord key) {
    var complete = key.materials().stream().allMatch(m -> m.isThere() || isWaiting(key, m));
    var current = key.material();
    var there = current.isThere();
    return key.with(metadata -> {
      metadata
          .expirationModel(
              !there
                  ? null
                  : current.validTo() == null
                      ? ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE
                      : ExpirationModelType.KEY_MATERIAL_EXPIRES)
          .validTo(current.validTo());
      if (complete && key.state() == KeyState.PENDING_IMPORT) {
        metadata.keyState(KeyState.ENABLED).enabled(true);
      } else if (!complete
          && (key.state() == KeyState.ENABLED || key.state() == KeyState.DISABLED)) {
        metadata.keyState(KeyState.PENDING_IMPORT).enabled(false);
      }
    });
  }

  /// The same for the same bytes, so that they are known again.
  private static String id(KeyRecord key, byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(key.ref().id().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] unwrapped(Ticket ticket, byte[] wrapped) {
    try {
      var key = KeyPairs.secret(ticket.spec, ticket.secret);
      var algorithm = ticket.algorithm;
      var cipher = Cryptor.oaep(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, key, Cryptor.parameters(algorithm));
      if (!algorithm.startsWith("RSA_AES_KEY_WRAP")) {
        return cipher.doFinal(wrapped);
      }
      var rsaBytes = ticket.spec.bits / 8;
      if (wrapped.length <= rsaBytes) {
        throw KmsErrors.ciphertext();
      }
      var aes = cipher.doFinal(wrapped, 0, rsaBytes);
      SecretKey wrapping = new SecretKeySpec(aes, "AES");
      var unwrap = Cipher.getInstance("AES/KWP/NoPadding");
      unwrap.init(Cipher.DECRYPT_MODE, wrapping);
      return unwrap.doFinal(Arrays.copyOfRange(wrapped, rsaBytes, wrapped.length));
    } catch (GeneralSecurityException e) {
      throw KmsErrors.ciphertext();
    }
  }

  @Override
  public DeleteImportedKeyMaterialResponse deleteImportedKeyMaterial(
      DeleteImportedKeyMaterialRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .length("keyMaterialId", request.keyMaterialId(), 64, 64)
        .check();
    var key = external(request.keyId());
    @Nullable String asked = request.keyMaterialId();
    var id = asked == null ? key.current() : asked;
    if (asked != null && key.material(asked).isEmpty()) {
      throw KmsErrors.notFound("Key material ID '" + asked + "' does not exist");
    }
    if (!id.isEmpty()) {
      keys.change(key.ref(), now -> shown(now.change(id, Material::emptied)));
    }
    return DeleteImportedKeyMaterialResponse.builder()
        .keyId(key.arn())
        .keyMaterialId(id.isEmpty() ? null : id)
        .build();
  }

  private void expire(Timer timer) {
    var end = timer.id().lastIndexOf('/');
    var ref = KeyRef.ofPath(timer.id().substring(0, end));
    var id = timer.id().substring(end + 1);
    if (keys.find(ref) == null) {
      return;
    }
    keys.change(
        ref,
        now -> {
          var material = now.material(id).orElse(null);
          var due = material == null ? null : material.validTo();
          return due == null || due.isAfter(keys.cloud.clock().now())
              ? now
              : shown(now.change(id, Material::emptied));
        });
  }
}
