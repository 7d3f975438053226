package dev.terrarium.services.sqs;

/// How many messages of a queue can be received, were received and not deleted, or are delayed.
record Counts(long ready, long inFlight, long delayed) {}
