package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Verifies that the policy of a form was signed by somebody known. See *Browser-based uploads
/// using POST* in the S3 API reference.
final class FormSignature {
  private FormSignature() {}

  /// Who signed the form; a form without a policy comes from nobody.
  ///
  /// @throws AwsServiceException 403 if it was not; 400 if the session is over or not the signer's
  static Principal verify(Cloud cloud, Map<String, String> fields) {
    var policy = fields.getOrDefault("policy", "");
    if (fields.containsKey("awsaccesskeyid") && !policy.isEmpty()) {
      var known = known(cloud, fields.getOrDefault("awsaccesskeyid", ""), fields);
      check(ofVersion2(known.secretAccessKey(), policy), fields.getOrDefault("signature", ""));
      return known.principal();
    }
    var scope = fields.getOrDefault("x-amz-credential", "").split("/");
    if (policy.isEmpty() && !fields.containsKey("x-amz-signature")) {
      return Principal.anonymous();
    }
    if (scope.length != 5 || policy.isEmpty()) {
      throw refuse("AccessDenied", "Access Denied");
    }
    var known = known(cloud, scope[0], fields);
    var secret = ("AWS4" + known.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    var key = hmac(hmac(hmac(hmac(secret, scope[1]), scope[2]), scope[3]), scope[4]);
    check(HexFormat.of().formatHex(hmac(key, policy)), fields.getOrDefault("x-amz-signature", ""));
    return known.principal();
  }

  private static Credentials.Resolved known(
      Cloud cloud, String accessKeyId, Map<String, String> fields) {
    var known =
        cloud
            .credentials()
            .resolve(accessKeyId)
            .orElseThrow(() ->
                refuse(
                    "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records."));
    if (!known.sessionToken().equals(fields.getOrDefault("x-amz-security-token", ""))) {
      throw Errors.of(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
    }
    var expires = known.expires();
    if (expires != null && !cloud.clock().now().isBefore(expires)) {
      throw Errors.of(400, "ExpiredToken", "The provided token has expired.");
    }
    return known;
  }

  private static void check(String expected, String claimed) {
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        claimed.getBytes(StandardCharsets.US_ASCII))) {
      throw refuse(
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided. Check"
              + " your key and signing method.");
    }
  }

  /// As signature version 2 has it, with which boto3 signs forms unless it is told otherwise.
  private static String ofVersion2(String secret, String policy) {
    var mac = mac("HmacSHA1", secret.getBytes(StandardCharsets.UTF_8), policy);
    return Base64.getEncoder().encodeToString(mac);
  }

  private static AwsServiceException refuse(String code, String message) {
    return Errors.of(403, code, message);
  }

  private static byte[] hmac(byte[] key, String text) {
    return mac("HmacSHA256", key, text);
  }

  private static byte[] mac(String algorithm, byte[] key, String text) {
    try {
      var mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
