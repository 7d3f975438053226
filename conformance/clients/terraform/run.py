"""Terraform with its AWS provider against a Terrarium, a folder per service.

Each folder is applied, planned (nothing may differ), applied again with step=2 (in place), planned, imported anew, planned,
and destroyed. Counts per resource: passed is one that went through all of it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imports

HERE = Path(__file__).parent
PLUGINS = [os.environ.get("TF_PLUGINS"), "/opt/tf-plugins", os.path.expanduser("~/.terraform.d/plugins")]
ENDPOINT = os.environ["TERRARIUM_ENDPOINT"]


def plugins():
    for folder in filter(None, PLUGINS):
        if (Path(folder) / "registry.terraform.io/hashicorp/aws").is_dir():
            return folder
    return None


def certificate(folder):
    command = "req -x509 -newkey rsa:2048 -nodes -subj /CN=example.com -days 36500 -keyout key.pem -out certificate.pem"
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


def archives(folder):
    for name, path in (("first", "index.py"), ("second", "index.py"), ("layer", "python/shared.py")):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr(path, f"def handler(event, context):\n    return {{'from': '{name}', 'event': event}}\n")


class Folder:
    """One folder of resources, in a working folder of its own."""

    def __init__(self, name, work, provider, environment):
        self.name = name
        self.work = work
        self.environment = environment
        self.problems = {}
        self.count = 0
        self.general = []
        if work.exists():
            shutil.rmtree(work)
        shutil.copytree(HERE / name, work)
        shutil.copy(HERE / "provider.tf", work)
        shutil.copy(HERE / provider, work)
        if name == "iam":
            certificate(work)
        if name in ("lambda", "firehose", "secretsmanager"):
            archives(work)
        self.variables = ["-var", f"name=tf-{name}-{int(time.time()) % 1000000}"]
        if provider == "endpoints.tf":
            self.variables += ["-var", f"endpoint={ENDPOINT}"]

    def terraform(self, *arguments):
        return subprocess.run(
            ["terraform", *arguments], cwd=self.work, env=self.environment, text=True, capture_output=True, timeout=900
        )

    def problem(self, address, text):
        self.count += 1
        if os.environ.get("TERRAFORM_VERBOSE"):
            print(f"... {self.name} {address}: {text}", file=sys.stderr, flush=True)
        if address is None:
            self.general.append(text)
        else:
            self.problems.setdefault(re.sub(r"\[.*", "", address), []).append(text)

    def diagnostics(self, output, phase):
        """What a command that ran with -json complained of."""
        for line in output.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("type") == "diagnostic" and event["diagnostic"]["severity"] == "error":
                found = event["diagnostic"]
                text = f"{phase}: {found['summary']} {found.get('detail', '')}".strip()
                self.problem(found.get("address"), text)

    def apply(self, step):
        done = self.terraform(
            "apply", "-json", "-auto-approve", "-input=false", "-parallelism=8", *self.variables, "-var", f"step={step}"
        )
        known = self.count
        self.diagnostics(done.stdout, f"apply {step}")
        if done.returncode and known == self.count:
            self.problem(None, f"apply {step}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def plan(self, step, phase, allowed=None):
        """Plans; each resource that would change is a problem of it."""
        done = self.terraform(
            "plan", "-json", "-input=false", "-out=plan", "-detailed-exitcode", *self.variables, "-var", f"step={step}"
        )
        self.diagnostics(done.stdout, phase)
        if done.returncode == 1:
            return []
        plan = json.loads(self.terraform("show", "-json", "plan").stdout)
        changes = plan.get("resource_changes", [])
        for change in changes:
            actions = change["change"]["actions"]
            if change["mode"] == "managed" and actions not in (["no-op"], ["read"]):
                different = self.differences(change["change"], (allowed or {}).get(change["type"], ()))
                if different or actions != ["update"]:
                    self.problem(change["address"], f"{phase}: would {'/'.join(actions)}: {different}")
        return changes

    @staticmethod
    def differences(change, allowed):
        before, after = change["before"] or {}, change["after"] or {}
        unknown = change.get("after_unknown") or {}
        names = sorted(set(before) | set(after))
        return "; ".join(
            f"{name}: {json.dumps(before.get(name))} -> {json.dumps(after.get(name))}"
            for name in names
            if before.get(name) != after.get(name) and name not in allowed and unknown.get(name) is not True
        )

    def in_place(self):
        """Before step 2: nothing may be replaced but what the folder says itself."""
        done = self.terraform("plan", "-json", "-input=false", "-out=plan", *self.variables, "-var", "step=2")
        self.diagnostics(done.stdout, "plan 2")
        if done.returncode == 0:
            for change in json.loads(self.terraform("show", "-json", "plan").stdout).get("resource_changes", []):
                if "delete" in change["change"]["actions"] and "create" in change["change"]["actions"]:
                    if change["type"] not in imports.REPLACED:
                        self.problem(change["address"], f"plan 2: would replace: {self.differences(change['change'], ())}")

    def state(self):
        shown = self.terraform("show", "-json")
        values = json.loads(shown.stdout or "{}").get("values") or {}
        return [r for r in values.get("root_module", {}).get("resources", []) if r["mode"] == "managed"]

    def import_all(self):
        resources = self.state()
        if not resources:
            return
        (self.work / "terraform.tfstate").rename(self.work / "kept.tfstate")
        blocks = []
        for resource in resources:
            identity = imports.identity(resource)
            if identity is not None:
                blocks.append(f"import {{\n  to = {resource['address']}\n  id = {json.dumps(identity)}\n}}\n")
        (self.work / "imports.tf").write_text("\n".join(blocks).replace("${", "$${"))
        done = self.terraform(
            "plan", "-json", "-input=false", "-out=plan", *self.variables, "-var", "step=2"
        )
        self.diagnostics(done.stdout, "import")
        if done.returncode == 0:
            plan = json.loads(self.terraform("show", "-json", "plan").stdout)
            for change in plan.get("resource_changes", []):
                if change["mode"] == "managed" and "importing" in change["change"]:
                    different = self.differences(change["change"], imports.UNKNOWN.get(change["type"], ()))
                    if different:
                        self.problem(change["address"], f"import: would differ: {different}")
        (self.work / "imports.tf").unlink()
        (self.work / "kept.tfstate").rename(self.work / "terraform.tfstate")

    def destroy(self):
        done = self.terraform("destroy", "-json", "-auto-approve", "-input=false", *self.variables, "-var", "step=2")
        self.diagnostics(done.stdout, "destroy")
        left = [r["address"] for r in self.state()]
        for address in left:
            self.problem(address, "destroy: it is left")

    def run(self, imported):
        ready = self.terraform("init", "-input=false", "-no-color")
        if ready.returncode:
            self.problem(None, ready.stderr)
            return 0, 1
        self.apply(1)
        self.plan(1, "plan 1")
        self.in_place()
        self.apply(2)
        self.plan(2, "plan after 2")
        addresses = {re.sub(r"\[.*", "", r["address"]) for r in self.state()} | set(self.problems)
        if imported:
            self.import_all()
        self.destroy()
        return len(addresses - set(self.problems)), len(self.problems) + len(self.general)


def report(folder, good, bad, seconds):
    print(f"{folder.name}: passed {good}, failed {bad} ({seconds:.0f} s)")
    for address, texts in sorted(folder.problems.items()):
        print(f"FAILED {folder.name} {address}")
        for text in texts:
            print("    " + text.replace("\n", "\n    "))
    for text in folder.general:
        print(f"FAILED {folder.name}\n    {text}")
    sys.stdout.flush()


def main():
    found = plugins()
    if found is None:
        print("skipped: the AWS provider is in none of " + ", ".join(filter(None, PLUGINS)))
        return 3
    target = Path(os.environ.get("TERRARIUM_CLIENT_TARGET", tempfile.gettempdir())) / "terraform"
    target.mkdir(parents=True, exist_ok=True)
    configuration = target / "terraform.rc"
    configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{found}"\n  }}\n}}\n')
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_") and k != "AWS_ENDPOINT_URL"}
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"} | environment
    environment |= {"TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    names = sys.argv[1:] or sorted(p.name for p in HERE.iterdir() if (p / "main.tf").is_file())
    passed = failed = 0

    def whole(name):
        started = time.time()
        variant = name == "environment"
        own = environment | ({"AWS_ENDPOINT_URL": ENDPOINT} if variant else {})
        folder = Folder(name, target / name, "environment.tf" if variant else "endpoints.tf", own)
        return folder, *folder.run(imported=True), time.time() - started

    # The provider waits much (for a queue's deletion a minute), and computes little.
    with ThreadPoolExecutor(max_workers=int(os.environ.get("TERRAFORM_FOLDERS", "4"))) as pool:
        for folder, good, bad, seconds in pool.map(whole, names):
            passed += good
            failed += bad
            report(folder, good, bad, seconds)
    print(f"passed {passed}, failed {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
