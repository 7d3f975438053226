package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import dev.terrarium.kernel.WebEndpoint;
import java.util.List;

/// Amazon SNS.
public final class SnsPackage implements ServicePackage {
  @Override
  public String name() {
    return "sns";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.sns.SnsClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var stored = new SnsStore(cloud);
    var mailbox = new Mailbox(cloud);
    var platforms = new Platforms(cloud);
    var phones = new PhoneBook(cloud);
    var log = new DeliveryLog(cloud);
    var devices = new Devices(mailbox, platforms, phones, log);
    var envelope = new Envelope(cloud, new Signer(cloud));
    var deliverer = new Deliverer(cloud, envelope, mailbox, devices, log);
    var workers = new Workers(cloud, stored, deliverer);
    var archive = new Archive(cloud);
    return List.of(
        new SnsTopics(stored, archive),
        new SnsTags(stored),
        new SnsSubscriptions(cloud, stored, workers, archive),
        new SnsPublishing(cloud, stored, workers, deliverer, devices, archive),
        new SnsPlatforms(cloud, platforms),
        new SnsTexting(cloud, mailbox, phones),
        new SnsGuard(stored));
  }

  @Override
  public List<WebEndpoint> webEndpoints(Cloud cloud) {
    return List.of(new CertificateEndpoint(cloud), new Mailbox(cloud), new PhoneBook(cloud));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(
        new TopicResource(cloud),
        new SubscriptionResource(cloud),
        TopicResource.policy(cloud),
        TopicResource.inlinePolicy(cloud));
  }
}
