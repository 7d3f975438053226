package dev.terrarium.services.iam;

import java.util.Locale;

/// A user, group or role: what policies belong to.
///
/// @param account whose it is
/// @param kind which of the three
/// @param name as the caller wrote it; names that differ only in case are the same
record Owner(String account, Kind kind, String name) {
  /// The three kinds.
  enum Kind {
    /// A role.
    ROLE("role", "Role"),
    /// A user.
    USER("user", "User"),
    /// A group.
    GROUP("group", "Group");

    final String word;
    final String title;

    Kind(String word, String title) {
      this.word = word;
      this.title = title;
    }
  }

  /// The name under which it is stored.
  String key() {
    return name.toLowerCase(Locale.ROOT);
  }
}
