//! Names of settings: shown, read and listed from one table.

/// Gives a setting's variants their names: `as_str`, `Display`, `FromStr`, which
/// refuses any other name and lists the valid ones, and `ALL`. Names behind a bar
/// are read too.
macro_rules! named {
    ($type:ident, $setting:literal, {
        $first:ident => $first_name:literal $(| $first_alias:literal)*
        $(, $variant:ident => $name:literal $(| $alias:literal)*)* $(,)?
    }) => {
        impl $type {
            /// The names, as a refusal lists them.
            pub(crate) const NAMES: &'static str = concat!(
                $first_name $(, " or ", $first_alias)*
                $(, ", ", $name $(, " or ", $alias)*)*
            );

            /// All of them, in the order of their listing.
            pub const ALL: [Self; [$first_name $(, $name)*].len()] =
                [Self::$first $(, Self::$variant)*];

            /// The name used in settings and results.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::Error;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $first_name $(| $first_alias)* => Ok(Self::$first),
                    $($name $(| $alias)* => Ok(Self::$variant),)*
                    other => Err($crate::Error::UnknownName {
                        setting: $setting,
                        got: other.to_owned(),
                        valid: Self::NAMES,
                    }),
                }
            }
        }
    };
}
