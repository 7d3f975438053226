/// Amazon SNS: topics, subscriptions and deliveries.
///
/// A delivery to a queue of this cloud happens inside of the publishing call, since it is one write
/// in the same store and becomes durable together with it. Every other delivery, every retry and
/// everything of a FIFO topic is first noted in the store, then done by a worker of its
/// subscription, then forgotten; so none is lost, and a subscriber that fails delays no other.
@NullMarked
package dev.terrarium.services.sns;

import org.jspecify.annotations.NullMarked;
