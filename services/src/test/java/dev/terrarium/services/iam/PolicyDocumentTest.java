package dev.terrarium.services.iam;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.UnmodifiableEntityException;

/// What IAM says about policy documents, in its words.
class PolicyDocumentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "s3:* | arn:foo:s3:::b | Partition \"foo\" is not valid for resource \"arn:foo:s3:::b\".",
        "s3:* | arn:aws:s3:us-east-1::b | Resource arn:aws:s3:us-east-1::b can not contain region"
            + " information.",
        "iam:* | arn:aws:iam:us-east-1::user/u | IAM resource arn:aws:iam:us-east-1::user/u cannot"
            + " contain region information.",
        "iam:* | arn:aws:iam::111122223333:thing/u | IAM resource path must either be \"*\" or start"
            + " with user/",
        "a b:x | * | Vendor a b is not valid",
        "s3:* | arn:aws:s3:us-east-1:111122223333:accesspoint/a |",
        "iam:PassRole | arn:aws:iam::111122223333:role/a |",
        "s3:* | arn:*:s3:::b |",
      })
  void resourcesAndActionsHaveTheirForms(String action, String resource, String problem) {
    var document =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"%s"}]}\
        """
            .formatted(action, resource);
    if (problem == null) {
      assertThatCode(() -> PolicyDocument.checkIdentity(document)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> PolicyDocument.checkIdentity(document))
          .hasMessageContaining(problem);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"AWS\":\"foo\"} | Invalid principal in policy: \"AWS\":\"foo\"",
        "{\"Service\":\"foo\"} | Invalid principal in policy: \"SERVICE\":\"foo\"",
        "{\"Federated\":\"accounts.google.com\"} |",
        "{\"Service\":[\"ec2.amazonaws.com\",\"states.eu-west-1.amazonaws.com\"]} |",
        "{\"AWS\":\"arn:aws:sts::111122223333:assumed-role/a/b\"} |",
      })
  void principalsHaveTheirForms(String principal, String problem) {
    var document =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":%s,"Action":"sts:AssumeRole"}]}\
        """
            .formatted(principal);
    if (problem == null) {
      assertThatCode(() -> PolicyDocument.checkTrust(document)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> PolicyDocument.checkTrust(document)).hasMessageContaining(problem);
    }
  }

  @Test
  void rolesOfServicesAreNotForUsersToChange() {
    try (var cloud = Cloud.inMemory()) {
      var iam = cloud.client(IamClient.class);
      var role =
          iam.createServiceLinkedRole(c -> c.awsServiceName("autoscaling.amazonaws.com")).role();
      assertThatThrownBy(() ->
              iam.attachRolePolicy(a ->
                  a.roleName(role.roleName())
                      .policyArn("arn:aws:iam::aws:policy/AdministratorAccess")))
          .isInstanceOf(UnmodifiableEntityException.class)
          .hasMessageContaining("is only modifiable by AWS");
    }
  }
}
