package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Errors;

/// Libraries of file formats, which are optional: what needs one that is not on the class path is
/// refused by name.
final class Libraries {
  private Libraries() {}

  static void needIon(String what) {
    need("com.amazon.ion.IonReader", "com.amazon.ion:ion-java", what);
  }

  static void needZstandard(String what) {
    need("io.airlift.compress.zstd.ZstdInputStream", "io.airlift:aircompressor", what);
  }

  private static void need(String type, String artifact, String what) {
    try {
      Class.forName(type, false, Libraries.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw Errors.notImplemented("dynamodb", what + " without " + artifact + " on the class path");
    }
  }
}
