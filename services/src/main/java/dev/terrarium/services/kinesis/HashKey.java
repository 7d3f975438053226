package dev.terrarium.services.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// An unsigned number of 128 bits: a place in the range that a stream's shards divide.
record HashKey(long high, long low) implements Comparable<HashKey> {
  static final HashKey LEAST = new HashKey(0, 0);
  static final HashKey GREATEST = new HashKey(-1, -1);

  /// How many places there are: 2^128.
  static final BigInteger COUNT = BigInteger.ONE.shiftLeft(128);

  /// Copied for each use, which is cheaper than looking it up.
  private static final MessageDigest MD5 = md5();

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Where a record of a partition key belongs: its MD5.
  static HashKey ofPartitionKey(String partitionKey) {
    try {
      var md5 = (MessageDigest) MD5.clone();
      var digest = md5.digest(partitionKey.getBytes(StandardCharsets.UTF_8));
      return new HashKey(number(digest, 0), number(digest, 8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The place of a number from 0 to 2^128 - 1.
  static HashKey of(BigInteger number) {
    return new HashKey(number.shiftRight(64).longValue(), number.longValue());
  }

  BigInteger number() {
    return unsigned(high).shiftLeft(64).or(unsigned(low));
  }

  HashKey next() {
    return new HashKey(low == -1 ? high + 1 : high, low + 1);
  }

  HashKey previous() {
    return new HashKey(low == 0 ? high - 1 : high, low - 1);
  }

  @Override
  public int compareTo(HashKey other) {
    var order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return number().toString();
  }

  private static BigInteger unsigned(long bits) {
    var number = BigInteger.valueOf(bits);
    return bits < 0 ? number.add(BigInteger.ONE.shiftLeft(64)) : number;
  }

  private static long number(byte[] bytes, int from) {
    long number = 0;
    for (int i = from; i < from + 8; i++) {
      number = number << 8 | (bytes[i] & 0xFF);
    }
    return number;
  }
}
