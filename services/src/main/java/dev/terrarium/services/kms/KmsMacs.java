package dev.terrarium.services.kms;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.GenerateMacRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.VerifyMacRequest;
import software.amazon.awssdk.services.kms.model.VerifyMacResponse;

/// Message authentication codes by HMAC.
final class KmsMacs extends KmsPart {
  private static final String[] ALGORITHMS = {
    "HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"
  };

  KmsMacs(Keys keys) {
    super(keys);
  }

  private KeyRecord key(String name, String algorithm, String operation) {
    var key = keys.known(name);
    Cryptor.checkUsage(key, "GENERATE_VERIFY_MAC", operation);
    Keys.checkUsable(key);
    if (!key.spec().macAlgorithms().contains(algorithm)) {
      throw KmsErrors.usage(
          "Algorithm %s is incompatible with key spec %s.".formatted(algorithm, key.spec()));
    }
    return key;
  }

  private static byte[] code(KeyRecord key, SdkBytes message) {
    try {
      var mac = Mac.getInstance("HmacSHA" + key.spec().bits);
      mac.init(new SecretKeySpec(key.material().secret(), mac.getAlgorithm()));
      return mac.doFinal(message.asByteArrayUnsafe());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public GenerateMacResponse generateMac(GenerateMacRequest request) {
    new KmsConstraints()
        .needed("message", request.message(), 4096)
        .key(request.keyId())
        .required("macAlgorithm", request.macAlgorithmAsString())
        .oneOf("macAlgorithm", request.macAlgorithmAsString(), ALGORITHMS)
        .tokens(request.grantTokens())
        .check();
    var key = key(request.keyId(), request.macAlgorithmAsString(), "GenerateMac");
    KmsEncryption.endDryRun(request.dryRun());
    return GenerateMacResponse.builder()
        .mac(SdkBytes.fromByteArrayUnsafe(code(key, request.message())))
        .macAlgorithm(request.macAlgorithm())
        .keyId(key.arn())
        .build();
  }

  @Override
  public VerifyMacResponse verifyMac(VerifyMacRequest request) {
    new KmsConstraints()
        .needed("message", request.message(), 4096)
        .key(request.keyId())
        .required("macAlgorithm", request.macAlgorithmAsString())
        .oneOf("macAlgorithm", request.macAlgorithmAsString(), ALGORITHMS)
        .needed("mac", request.mac(), 6144)
        .tokens(request.grantTokens())
        .check();
    var key = key(request.keyId(), request.macAlgorithmAsString(), "VerifyMac");
    KmsEncryption.endDryRun(request.dryRun());
    if (!MessageDigest.isEqual(code(key, request.message()), request.mac().asByteArrayUnsafe())) {
      throw KmsErrors.mac();
    }
    return VerifyMacResponse.builder()
        .keyId(key.arn())
        .macValid(true)
        .macAlgorithm(request.macAlgorithm())
        .build();
  }
}
