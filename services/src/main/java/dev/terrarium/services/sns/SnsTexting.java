package dev.terrarium.services.sns;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sns.model.CheckIfPhoneNumberIsOptedOutRequest;
import software.amazon.awssdk.services.sns.model.CheckIfPhoneNumberIsOptedOutResponse;
import software.amazon.awssdk.services.sns.model.CreateSmsSandboxPhoneNumberRequest;
import software.amazon.awssdk.services.sns.model.CreateSmsSandboxPhoneNumberResponse;
import software.amazon.awssdk.services.sns.model.DeleteSmsSandboxPhoneNumberRequest;
import software.amazon.awssdk.services.sns.model.DeleteSmsSandboxPhoneNumberResponse;
import software.amazon.awssdk.services.sns.model.GetSmsAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetSmsAttributesResponse;
import software.amazon.awssdk.services.sns.model.GetSmsSandboxAccountStatusRequest;
import software.amazon.awssdk.services.sns.model.GetSmsSandboxAccountStatusResponse;
import software.amazon.awssdk.services.sns.model.ListOriginationNumbersRequest;
import software.amazon.awssdk.services.sns.model.ListOriginationNumbersResponse;
import software.amazon.awssdk.services.sns.model.ListPhoneNumbersOptedOutRequest;
import software.amazon.awssdk.services.sns.model.ListPhoneNumbersOptedOutResponse;
import software.amazon.awssdk.services.sns.model.ListSmsSandboxPhoneNumbersRequest;
import software.amazon.awssdk.services.sns.model.ListSmsSandboxPhoneNumbersResponse;
import software.amazon.awssdk.services.sns.model.OptInPhoneNumberRequest;
import software.amazon.awssdk.services.sns.model.OptInPhoneNumberResponse;
import software.amazon.awssdk.services.sns.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.model.SMSSandboxPhoneNumber;
import software.amazon.awssdk.services.sns.model.SetSmsAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetSmsAttributesResponse;
import software.amazon.awssdk.services.sns.model.UserErrorException;
import software.amazon.awssdk.services.sns.model.VerificationException;
import software.amazon.awssdk.services.sns.model.VerifySmsSandboxPhoneNumberRequest;
import software.amazon.awssdk.services.sns.model.VerifySmsSandboxPhoneNumberResponse;

/// Text messages: preferences, numbers that opted out, destinations of the sandbox.
///
/// Accounts are out of the sandbox, so they may text everybody. Destinations can be registered and
/// verified all the same; the one-time password lies in the mailbox.
final class SnsTexting implements SnsPart {
  private static final String VERIFIED = "Verified";
  private static final int PAGE = 100;
  private static final Map<String, Predicate<String>> SETTABLE =
      Map.of(
          "MonthlySpendLimit", value -> value.matches("[0-9]+"),
          "DeliveryStatusIAMRole", value -> value.matches("arn:aws[a-z-]*:iam::[0-9]{12}:role/.+"),
          "DeliveryStatusSuccessSamplingRate", value -> value.matches("100|[1-9]?[0-9]"),
          "DefaultSenderID", value -> value.matches("(?=.*[A-Za-z])[A-Za-z0-9]{1,11}"),
          "DefaultSMSType", Set.of("Promotional", "Transactional")::contains,
          "UsageReportS3Bucket", value -> !value.isBlank());

  private final Cloud cloud;
  private final Mailbox mailbox;
  private final PhoneBook phones;
  private final Keyspace<PhoneBook.PhoneKey, String> sandbox;

  SnsTexting(Cloud cloud, Mailbox mailbox, PhoneBook phones) {
    this.cloud = cloud;
    this.mailbox = mailbox;
    this.phones = phones;
    this.sandbox =
        new Keyspace<>(cloud.store(), "sns.sandbox", PhoneBook.PhoneKey.CODEC, Codec.STRING);
  }

  private static PhoneBook.PhoneKey key(@Nullable String number, String parameter) {
    if (number == null) {
      throw SnsErrors.required(parameter);
    } else if (!PhoneBook.isNumber(number)) {
      throw SnsErrors.invalid("PhoneNumber Reason: input incorrectly formatted");
    }
    return PhoneBook.key(Call.current().scope(), number);
  }

  @Override
  public CheckIfPhoneNumberIsOptedOutResponse checkIfPhoneNumberIsOptedOut(
      CheckIfPhoneNumberIsOptedOutRequest request) {
    var key = key(request.phoneNumber(), "phoneNumber");
    return CheckIfPhoneNumberIsOptedOutResponse.builder()
        .isOptedOut(phones.optedOut.contains(key))
        .build();
  }

  @Override
  public ListPhoneNumbersOptedOutResponse listPhoneNumbersOptedOut(
      ListPhoneNumbersOptedOutRequest request) {
    var page = page(phones.optedOut, request.nextToken(), PAGE);
    return ListPhoneNumbersOptedOutResponse.builder()
        .phoneNumbers(page.stream().map(PhoneBook.PhoneKey::number).limit(PAGE).toList())
        .nextToken(page.size() > PAGE ? page.getLast().number() : null)
        .build();
  }

  /// The numbers from `token` on, one more than fits if there are more.
  private static <V> List<PhoneBook.PhoneKey> page(
      Keyspace<PhoneBook.PhoneKey, V> keyspace, @Nullable String token, int size) {
    var scope = Call.current().scope();
    var found = new ArrayList<PhoneBook.PhoneKey>();
    keyspace.scanFrom(
        PhoneBook.key(scope, token == null ? "" : token),
        (key, value) -> {
          found.add(key);
          return found.size() <= size;
        },
        scope.account(),
        scope.region());
    return found;
  }

  @Override
  public OptInPhoneNumberResponse optInPhoneNumber(OptInPhoneNumberRequest request) {
    phones.optedOut.delete(key(request.phoneNumber(), "phoneNumber"));
    return OptInPhoneNumberResponse.builder().build();
  }

  @Override
  public SetSmsAttributesResponse setSMSAttributes(SetSmsAttributesRequest request) {
    if (!request.hasAttributes()) {
      throw SnsErrors.required("attributes");
    }
    request
        .attributes()
        .forEach((name, value) -> {
          var rule = SETTABLE.get(name);
          if (rule == null) {
            throw SnsErrors.invalid(
                "Attributes Reason: " + name + " is not a valid attribute name");
          } else if (!value.isEmpty() && !rule.test(value)) {
            throw SnsErrors.invalid("Attributes Reason: Invalid value for " + name + ": " + value);
          }
        });
    phones.set(Call.current().scope(), request.attributes());
    return SetSmsAttributesResponse.builder().build();
  }

  @Override
  public GetSmsAttributesResponse getSMSAttributes(GetSmsAttributesRequest request) {
    var attributes = new HashMap<>(phones.attributes(Call.current().scope()));
    attributes.putIfAbsent("MonthlySpendLimit", "1");
    if (!request.attributes().isEmpty()) {
      attributes.keySet().retainAll(Set.copyOf(request.attributes()));
    }
    return GetSmsAttributesResponse.builder().attributes(attributes).build();
  }

  @Override
  public GetSmsSandboxAccountStatusResponse getSMSSandboxAccountStatus(
      GetSmsSandboxAccountStatusRequest request) {
    return GetSmsSandboxAccountStatusResponse.builder().isInSandbox(false).build();
  }

  @Override
  public CreateSmsSandboxPhoneNumberResponse createSMSSandboxPhoneNumber(
      CreateSmsSandboxPhoneNumberRequest request) {
    var key = key(request.phoneNumber(), "phoneNumber");
    if (VERIFIED.equals(sandbox.get(key))) {
      throw userError("The phone number is already verified");
    } else if (phones.optedOut.contains(key)) {
      throw Errors.of(
          software.amazon.awssdk.services.sns.model.OptedOutException.builder(),
          400,
          "OptedOut",
          "Phone number " + key.number() + " is opted out");
    }
    var password = String.valueOf(100_000 + cloud.ids().below(900_000));
    sandbox.put(key, password);
    mailbox.deliver(
        "sms",
        "AWS",
        key.number(),
        "",
        "Your verification code is: " + password,
        cloud.ids().uuid());
    return CreateSmsSandboxPhoneNumberResponse.builder().build();
  }

  @Override
  public VerifySmsSandboxPhoneNumberResponse verifySMSSandboxPhoneNumber(
      VerifySmsSandboxPhoneNumberRequest request) {
    var key = key(request.phoneNumber(), "phoneNumber");
    var password = registered(key);
    if (request.oneTimePassword() == null) {
      throw SnsErrors.required("oneTimePassword");
    } else if (!password.equals(VERIFIED) && !password.equals(request.oneTimePassword())) {
      throw Errors.of(
          VerificationException.builder(),
          400,
          "VerificationException",
          "The one-time password (OTP) is invalid");
    }
    sandbox.put(key, VERIFIED);
    return VerifySmsSandboxPhoneNumberResponse.builder().build();
  }

  @Override
  public DeleteSmsSandboxPhoneNumberResponse deleteSMSSandboxPhoneNumber(
      DeleteSmsSandboxPhoneNumberRequest request) {
    var key = key(request.phoneNumber(), "phoneNumber");
    var _ = registered(key);
    sandbox.delete(key);
    return DeleteSmsSandboxPhoneNumberResponse.builder().build();
  }

  private String registered(PhoneBook.PhoneKey key) {
    var password = sandbox.get(key);
    if (password == null) {
      throw Errors.of(
          ResourceNotFoundException.builder(),
          404,
          "ResourceNotFound",
          "Phone number " + key.number() + " is not registered");
    }
    return password;
  }

  private static AwsServiceException userError(String message) {
    return Errors.of(UserErrorException.builder(), 400, "UserError", message);
  }

  @Override
  public ListSmsSandboxPhoneNumbersResponse listSMSSandboxPhoneNumbers(
      ListSmsSandboxPhoneNumbersRequest request) {
    var size = request.maxResults() == null ? PAGE : request.maxResults();
    var page = page(sandbox, request.nextToken(), size);
    var shown = new ArrayList<SMSSandboxPhoneNumber>();
    for (var key : page.subList(0, Math.min(size, page.size()))) {
      shown.add(
          SMSSandboxPhoneNumber.builder()
              .phoneNumber(key.number())
              .status(VERIFIED.equals(sandbox.get(key)) ? VERIFIED : "Pending")
              .build());
    }
    return ListSmsSandboxPhoneNumbersResponse.builder()
        .phoneNumbers(shown)
        .nextToken(page.size() > size ? page.getLast().number() : null)
        .build();
  }

  @Override
  public ListOriginationNumbersResponse listOriginationNumbers(
      ListOriginationNumbersRequest request) {
    return ListOriginationNumbersResponse.builder().phoneNumbers(List.of()).build();
  }
}
