package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
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
  /// @throws AwsServiceException 403 if it does not
  static Principal verify(Cloud cloud, Map<String, String> fields) {
    var scope = fields.getOrDefault("x-amz-credential", "").split("/");
    var policy = fields.getOrDefault("policy", "");
    if (policy.isEmpty() && !fields.containsKey("x-amz-signature")) {
      return Principal.anonymous();
    }
    if (scope.length != 5 || policy.isEmpty()) {
      throw refuse("AccessDenied", "Access Denied");
    }
    var known =
        cloud
            .credentials()
            .resolve(scope[0])
            .orElseThrow(() ->
                refuse(
                    "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records."));
    if (!known.sessionToken().equals(fields.getOrDefault("x-amz-security-token", ""))) {
      throw refuse("InvalidToken", "The provided token is malformed or otherwise invalid.");
    }
    var expires = known.expires();
    if (expires != null && !cloud.clock().now().isBefore(expires)) {
      throw refuse("ExpiredToken", "The provided token has expired.");
    }
    var secret = ("AWS4" + known.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    var key = hmac(hmac(hmac(hmac(secret, scope[1]), scope[2]), scope[3]), scope[4]);
    var expected = HexFormat.of().formatHex(hmac(key, policy));
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        fields.getOrDefault("x-amz-signature", "").getBytes(StandardCharsets.US_ASCII))) {
      throw refuse(
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided. Check"
              + " your key and signing method.");
    }
    return known.principal();
  }

  private static AwsServiceException refuse(String code, String message) {
    return Errors.of(403, code, message);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
