extern "C" __attribute__((visibility("default"))) int bundled() { return 1; }
