//! Who answered, and who stands for those who did not.
