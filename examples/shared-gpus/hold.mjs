// Stands for work on a GPU: says what it was given and holds it for a while.
const { CUDA_VISIBLE_DEVICES: devices, YUNHE_DEVICE_SHARES: shares, HOLD_MS = "500" } = process.env;
console.log(`devices ${devices} shares ${shares}`);
await new Promise((resolve) => setTimeout(resolve, Number(HOLD_MS)));
